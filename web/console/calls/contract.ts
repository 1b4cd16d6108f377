/** Calls at the desk. A call is a conversation over the channel `phone`. */

export interface NewCall {
  caller: string | null;
  /** The caller has heard what is kept, and has said yes. */
  consent: boolean;
  /** What the telephone system calls it, where it rang there. */
  call_id?: string;
}

export interface OpenedCall {
  id: string;
}

/** What somebody with this number has turned to the helpline with before. */
export interface Earlier {
  calls: { id: string; opened_at: string; summary: string | null; ended: boolean }[];
  tickets: { number: string; status_text: string; summary: string; opened_on: string }[];
}

/** A call that rings at somebody's extension. */
export interface Ringing {
  call_id: string;
  caller: string | null;
  tickets: string[];
}
