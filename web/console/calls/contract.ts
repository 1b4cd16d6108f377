/** Calls at the desk. A call is a conversation over the channel `phone`. */

export interface NewCall {
  caller: string | null;
  /** The caller has heard what is kept, and has said yes. */
  consent: boolean;
  /** What the telephone system calls it, where it rang there. */
  call_id?: string;
}

/** A call; its id is that of the conversation in which it is noted. */
export interface BegunCall {
  id: string;
  caller: string | null;
}

export interface EarlierCall {
  id: string;
  opened_at: string;
  operator_id: number;
  summary: string;
  ended: boolean;
}

export interface TicketOfCaller {
  number: string;
  status_text: string;
  summary: string;
  opened_on: string;
}

/** What a caller has turned to the helpline with before, the newest first. */
export interface Earlier {
  calls: EarlierCall[];
  tickets: TicketOfCaller[];
}

/** A call that rings at somebody's extension. */
export interface Ringing {
  call_id: string;
  caller: string | null;
  tickets: string[];
}
