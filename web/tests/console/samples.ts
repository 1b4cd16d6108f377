import type { DeskMessage, InboxItem } from "../../console/api/contract";

let counter = 0;

export function anItem(id: string, changes: Partial<InboxItem> = {}): InboxItem {
  return {
    id,
    channel: "web",
    state: "waiting",
    assignee: null,
    waiting_since: null,
    last_at: "2026-11-22T10:00:00+08:00",
    last_text: "您好",
    last_role: "visitor",
    unread: 0,
    summary: "",
    right: null,
    situation: null,
    city: null,
    urgent: false,
    ticket: null,
    tags: [],
    approval: false,
    ...changes,
  };
}

export function aDeskMessage(id: string, changes: Partial<DeskMessage> = {}): DeskMessage {
  const minute = String(counter++ % 60).padStart(2, "0");
  return {
    id,
    role: "visitor",
    text: `第${id}句`,
    at: `2026-11-22T10:${minute}:00+08:00`,
    buttons: [],
    citations: [],
    drafts: [],
    author: null,
    ...changes,
  };
}
