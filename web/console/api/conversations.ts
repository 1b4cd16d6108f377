import { tellTime } from "./clock";
import type {
  Box,
  Conversation,
  Decision,
  DeskMessage,
  FactValue,
  Inbox,
  InternalNote,
  MadeCode,
  MessagePage,
  NewStaffMessage,
  NewTicket,
  OpenedTicket,
  RejectReason,
  SuggestionSet,
  TransferTo,
  Viewer,
} from "./contract";
import { door } from "./http";

export const PAGE = 50;

const path = (id: string, rest = "") => `/conversations/${encodeURIComponent(id)}${rest}`;

/** What can be asked and done about conversations. All throw DeskError. */
export const conversations = {
  inbox: async (box: Box, q = "", before = "") => {
    const inbox = await door.get<Inbox>("/inbox", { box, q, before });
    tellTime(inbox.at);
    return inbox;
  },
  read: (id: string) => door.get<Conversation>(path(id)),
  /** The messages before one, oldest first; without it the newest. */
  messages: (id: string, before = "") =>
    door.get<MessagePage>(path(id, "/messages"), { before, limit: PAGE }),
  send: (id: string, message: NewStaffMessage) =>
    door.post<DeskMessage>(path(id, "/messages"), message),
  claim: (id: string) => door.post(path(id, "/claim")),
  transfer: (id: string, to: TransferTo) => door.post(path(id, "/transfer"), to),
  handBack: (id: string, note: string) => door.post(path(id, "/hand-back"), noted(note)),
  close: (id: string, note: string) => door.post(path(id, "/close"), noted(note)),
  watch: (id: string) => door.post(path(id, "/watch")),
  unwatch: (id: string) => door.delete(path(id, "/watch")),
  /** Tells that we look at it, or have left it; gives who else does. */
  viewing: (id: string, left = false) => door.post<Viewer[]>(path(id, "/viewing"), { left }),
  typing: (id: string, typing: boolean) => door.post(path(id, "/typing"), { typing }),
  setTags: (id: string, tags: string[]) => door.put(path(id, "/tags"), { tags }),
  addNote: (id: string, text: string) => door.post<InternalNote>(path(id, "/notes"), { text }),
  setFact: (id: string, slot: string, value: FactValue) =>
    door.patch(path(id, "/facts"), { [slot]: value }),
  openTicket: (id: string, ticket: NewTicket) =>
    door.post<OpenedTicket>(path(id, "/ticket"), ticket),
  /** A code with which the visitor goes on elsewhere; it is told this once. */
  move: (id: string) => door.post<MadeCode>(path(id, "/move")),
  suggestions: (id: string) => door.get<SuggestionSet | null>(path(id, "/suggestions")),
  reject: (suggestion: string, reason: RejectReason, words: string) =>
    door.post(`/suggestions/${encodeURIComponent(suggestion)}/reject`, {
      reason,
      ...(words && { words }),
    }),
  decide: (turn: string, decision: Decision, text?: string) =>
    door.post(`/approvals/${encodeURIComponent(turn)}`, { decision, ...(text && { text }) }),
};

function noted(note: string): { note?: string } {
  return note ? { note } : {};
}
