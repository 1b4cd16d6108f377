import type { HelplineApi, Session } from "../widget/api/api";
import type {
  AddedPicture,
  Citation,
  Deadline,
  MadeCode,
  Message,
  Moved,
  PrivacyNotice,
  Progress,
  Referral,
  Remedy,
  Snapshot,
  Ticket,
  Turn,
} from "../widget/api/contract";

let counter = 0;

export function aCitation(changes: Partial<Citation> = {}): Citation {
  return {
    law: "商标法",
    short: "商标法",
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
  const nothing = { buttons: [], citations: [], drafts: [] };
  return {
    id,
    role: "bot",
    text,
    at: "2026-11-22T10:00:00+08:00",
    author: null,
    ...nothing,
    ...changes,
  };
}

export function aDeadline(changes: Partial<Deadline> = {}): Deadline {
  return {
    what: "提交答辩",
    period: "15日",
    from: "收到起诉状副本之日",
    due: "2026-12-03",
    act_by: "2026-12-03",
    opens_on: null,
    note: null,
    basis: aCitation({
      law: "民事诉讼法",
      short: "民事诉讼法",
      article: "第一百二十八条",
      in_force_to: null,
    }),
    ...changes,
  };
}

export function aRemedy(changes: Partial<Remedy> = {}): Remedy {
  return {
    key: "admin_complaint_trademark",
    name: "商标行政投诉（市场监管）",
    why: "您的注册商标被人用在同一种商品上。",
    basis: [aCitation()],
    body: {
      kind: "market_regulation",
      name: "赣州市南康区市场监督管理局",
      city: "赣州市",
      county: "南康区",
    },
    materials: ["商标注册证", "购买凭证"],
    evidence: [
      { what: "商标现在有效、归您", how: "到中国商标网查一份当天的状态页" },
      { what: "买到的侵权货", how: "正常买一件，留好小票" },
    ],
    deadlines: [],
    duration: "立案起90日内作出处罚决定",
    fees: "不收费",
    order: [{ id: "goal", why: "这条路正好能给到您最想要的结果。" }],
    drafts: [],
    ...changes,
  };
}

export function aReferral(changes: Partial<Referral> = {}): Referral {
  const nothing = { ruled_out: [], asks: [], notices: [], others: [] };
  return { scope: "in", remedies: [aRemedy()], as_of: "2026-11-22", ...nothing, ...changes };
}

export function aProgress(changes: Partial<Progress> = {}): Progress {
  const checklist = [
    { what: "商标现在有效、归您", how: "到中国商标网查一份当天的状态页", done: true },
    { what: "买到的侵权货", how: "正常买一件，留好小票", done: false },
  ];
  return {
    number: "20261122-0007",
    status: "new",
    status_text: "已登记，等待分派",
    priority: "normal",
    opened_on: "2026-11-22",
    next_deadline: null,
    notes: [],
    checklist,
    ...changes,
  };
}

export const NOTICE: PrivacyNotice = {
  version: "2026-11-29.0a1b2c3d",
  short: "您写下的内容会加密保存。",
  sections: [{ title: "保存多久", text: "没有工单的对话保存 90 天。" }],
};

export function aTicket(changes: Partial<Ticket> = {}): Ticket {
  return { number: "20261122-0007", code: "abcd", priority: "normal", created: true, ...changes };
}

export function aPicture(changes: Partial<AddedPicture> = {}): AddedPicture {
  return {
    ...{ id: "p1", ticket: "20261122-0007", name: "门头.png", size: 2048 },
    ...{ media_type: "image/png", added_at: "2026-11-22T10:00:00+08:00" },
    ...changes,
  };
}

export function aTurn(changes: Partial<Turn> = {}): Turn {
  return { messages: [], facts: {}, referral: null, ticket: null, handoff: null, ...changes };
}

export function aSnapshot(messages: Message[], changes: Partial<Snapshot> = {}): Snapshot {
  return {
    id: "c1",
    status: "bot",
    messages,
    facts: {},
    referral: null,
    referrals: [],
    ticket: null,
    handoff: null,
    news: [],
    ...changes,
  };
}

/** A service on whose line nothing happens, and that takes whatever a visitor does. */
export const QUIET: Pick<
  HelplineApi,
  | "events"
  | "waitNoLonger"
  | "typing"
  | "rate"
  | "rateTicket"
  | "makeCode"
  | "useCode"
  | "followLink"
> = {
  async *events(_session: Session, _after: string, signal: AbortSignal) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield* [];
  },
  waitNoLonger: async () => {},
  typing: async () => {},
  rate: async () => {},
  rateTicket: async () => {},
  makeCode: async () => aCode(),
  useCode: async () => aMoved(),
  followLink: async () => aMoved(),
};

export function aCode(changes: Partial<MadeCode> = {}): MadeCode {
  return {
    ...{ code: "ABCD-2345", expires_at: "2026-11-22T10:15:00+08:00", seconds: 900 },
    ...changes,
  };
}

/** A conversation that comes from elsewhere. */
export function aMoved(changes: Partial<Moved> = {}): Moved {
  return {
    ...{ id: "moved", token: "t2", expires_at: "2026-11-22T22:00:00+08:00" },
    ...changes,
  };
}
