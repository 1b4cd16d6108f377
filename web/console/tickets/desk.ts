import type { NewPaper } from "./evidence/papers";
import { door, type Query } from "../api/http";
import type {
  Board,
  NewLinkKind,
  NewReferral,
  Queue,
  Receipt,
  Ticket,
  TicketChange,
  TicketFile,
  TicketPage,
} from "./contract";

function path(number: string, rest = ""): string {
  return `/tickets/${encodeURIComponent(number)}${rest}`;
}

export const listTickets = (query: Query) => door.get<TicketPage>("/tickets", query);
export const readBoard = () => door.get<Board>("/tickets/board");
export const queuesOf = () => door.get<Queue[]>("/tickets/queues");
export const ticketsCsv = (query: Query) => door.file("/tickets.csv", query);

export const readTicket = (number: string) => door.get<Ticket>(path(number));

/** Throws a DeskError of the code `changed_meanwhile` when somebody was faster. */
export const changeTicket = (number: string, version: number, change: TicketChange) =>
  door.patch<Ticket>(path(number), { ...change, version });

export const addNote = (number: string, text: string, isPublic: boolean) =>
  door.post(path(number, "/notes"), { text, public: isPublic });
export const tickItem = (number: string, index: number, done: boolean) =>
  door.put(path(number, `/checklist/${index}`), { done });

export const mergeTicket = (number: string, into: string) =>
  door.post(path(number, "/merge"), { into });
export const splitTicket = (number: string, summary: string, noteIds: number[]) =>
  door.post<{ number: string }>(path(number, "/split"), { summary, note_ids: noteIds });
export const linkTicket = (number: string, other: string, kind: NewLinkKind) =>
  door.post(path(number, "/links"), { other, kind });
export const unlinkTicket = (number: string, other: string) =>
  door.delete(path(number, `/links/${encodeURIComponent(other)}`));
export const reopenTicket = (number: string, reason: string) =>
  door.post(path(number, "/reopen"), { reason });

export const referTicket = (number: string, referral: NewReferral) =>
  door.post<{ id: string }>(path(number, "/referrals"), referral);
export const referralSheet = (number: string, id: string) =>
  door.file(path(number, `/referrals/${id}.docx`));
export const noteReceipt = (number: string, id: string, receipt: Receipt) =>
  door.put(path(number, `/referrals/${id}/receipt`), receipt);

export const addFile = (number: string, file: NewPaper) =>
  door.post<TicketFile>(path(number, "/files"), file);
export const thumbnail = (number: string, id: string) =>
  door.file(path(number, `/files/${encodeURIComponent(id)}/thumbnail.webp`));
export const fileOf = (number: string, id: string) =>
  door.file(path(number, `/files/${encodeURIComponent(id)}`));
