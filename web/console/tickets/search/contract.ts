/** What a search over people's matters finds. Excerpts are short, contacts are masked. */
export interface FoundTicket {
  number: string;
  status_text: string;
  summary: string;
  opened_on: string;
}

export interface FoundConversation {
  id: string;
  channel: string;
  opened_at: string;
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
}
