/**
 * An operator's side of the mock service: he claims, writes, hands back and closes, and the
 * conversation's lines hear of it.
 */
import { randomUUID } from "node:crypto";

const NOTHING = { buttons: [], citations: [], drafts: [] };

/** Adds to a conversation what the desk needs of it. */
export function watched(conversation) {
  return Object.assign(conversation, {
    status: "bot",
    handoff: null,
    news: [],
    ratings: [],
    heardTyping: [],
    events: [],
    lines: new Set(),
  });
}

/** Something happened: it is kept, and told on every line. What passes is told and not kept. */
export function happened(conversation, kind, data = {}, passes = false) {
  const id = passes ? "" : String(conversation.events.length + 1);
  const text = `event: ${kind}\n${id && `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
  if (!passes) conversation.events.push(text);
  conversation.lines.forEach((line) => line.write(text));
}

function kept(conversation, role, text, author = null) {
  const message = { id: randomUUID(), role, text, author, ...NOTHING, at: "2026-11-22T10:00:00Z" };
  conversation.messages.push(message);
  return message;
}

function said(conversation, role, text, author = null) {
  const message = kept(conversation, role, text, author);
  happened(conversation, "conversation.message", { role, message_id: message.id });
}

function stands(conversation, status, handoff, kind) {
  Object.assign(conversation, { status, handoff });
  happened(conversation, kind);
}

export const desk = {
  /** @param {number | null} minutes */
  wait(conversation, position, minutes = null) {
    const handoff = { state: "waiting", position, wait_minutes: minutes };
    stands(conversation, "waiting", handoff, "conversation.waiting");
  },
  claim(conversation, name) {
    const handoff = { state: "operator", position: null, operator: name };
    stands(conversation, "operator", handoff, "conversation.claimed");
    said(conversation, "system", `坐席 ${name} 已接入。`);
  },
  say(conversation, text) {
    said(conversation, "operator", text, conversation.handoff.operator);
  },
  type(conversation, typing) {
    happened(conversation, "conversation.typing", { role: "operator", typing }, true);
  },
  handBack(conversation) {
    said(conversation, "system", "坐席已把对话交回自动应答。");
    stands(conversation, "bot", null, "conversation.handed_back");
  },
  close(conversation) {
    said(conversation, "system", "坐席已结束人工服务。");
    stands(conversation, "closed", null, "conversation.closed");
  },
  tellNews(conversation, ticket, text) {
    const { id } = kept(conversation, "system", text);
    conversation.news.push({ message_id: id, ticket });
    happened(conversation, "ticket.changed");
  },
  /** The network breaks, or the server is started anew. */
  cut(conversation) {
    conversation.lines.forEach((line) => line.destroy());
  },
};

/** Follows a conversation: what was missed since `Last-Event-ID` first, then what happens. */
export function follow(conversation, request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
  const newest = conversation.events.length;
  response.write(`event: ready\nid: ${newest}\ndata: {}\n\n`);
  const last = request.headers["last-event-id"];
  if (last) response.write(conversation.events.slice(Number(last)).join(""));
  conversation.lines.add(response);
  response.on("close", () => conversation.lines.delete(response));
}
