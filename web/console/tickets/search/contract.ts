/** What a search over people's matters finds. Excerpts are short, contacts are masked. */
export interface FoundTicket {
  number: string;
  status_text: string;
  summary: string;
  /** The words around what was found. */
  excerpt: string;
  opened_on: string;
}

export interface FoundConversation {
  id: string;
  channel: string;
  opened_at: string;
  last_at: string;
  summary: string | null;
  excerpt: string;
}

export interface FoundCaller {
  contact_masked: string;
  tickets: string[];
  conversations: string[];
}

export interface Found {
  tickets: FoundTicket[];
  conversations: FoundConversation[];
  callers: FoundCaller[];
  /** False where so much was found that older matters were left out. */
  complete: boolean;
}
