import type { Citation, Message, Referral, Remedy, Snapshot, Turn } from "../widget/contract";

let counter = 0;

export function aCitation(changes: Partial<Citation> = {}): Citation {
  return {
    law: "商标法",
    article: "第五十七条",
    version_date: "2019-04-23",
    in_force_from: "2019-11-01",
    in_force_to: "2026-12-31",
    text: "第一段。\n\n第二段。",
    kind: "statute",
    url: null,
    ...changes,
  };
}

export function aMessage(text: string, changes: Partial<Message> = {}): Message {
  const id = `m${++counter}`;
  return { id, role: "bot", text, buttons: [], citations: [], at: "2026-11-22T10:00:00+08:00", ...changes };
}

export function aRemedy(changes: Partial<Remedy> = {}): Remedy {
  return {
    key: "admin_complaint_trademark",
    name: "商标行政投诉（市场监管）",
    why: "您的注册商标被人用在同一种商品上。",
    basis: [aCitation()],
    body: { kind: "market_regulation", name: "赣州市南康区市场监督管理局", city: "赣州市", county: "南康区" },
    materials: ["商标注册证", "购买凭证"],
    deadlines: [],
    fees: "不收费",
    ...changes,
  };
}

export function aReferral(changes: Partial<Referral> = {}): Referral {
  return { scope: "in", remedies: [aRemedy()], ruled_out: [], asks: [], as_of: "2026-11-22", ...changes };
}

export function aTurn(changes: Partial<Turn> = {}): Turn {
  return { messages: [], facts: {}, referral: null, ticket: null, handoff: null, ...changes };
}

export function aSnapshot(messages: Message[], changes: Partial<Snapshot> = {}): Snapshot {
  return { id: "c1", status: "open", messages, facts: {}, referral: null, ticket: null, handoff: null, ...changes };
}
