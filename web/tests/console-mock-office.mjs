/** Figures, accounts and the audit log of the desk's API in memory; all of it invented. */
import { Problem, STAFF } from "./console-mock.mjs";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ago = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();

const TOPICS = [
  ["infringed", "权利被侵犯", 214],
  ["registration_exam", "申请、审查、驳回、续展", 133],
  ["accused_letter", "收到律师函、警告或索赔", 88],
  ["accused_platform", "被平台投诉、下架或扣分", 71],
  ["squatted", "被抢注", 46],
  ["license_contract", "许可、转让、加盟、委托合同纠纷", 31],
  ["accused_court", "被起诉、收到传票", 25],
  ["preexam_need", "想预审、加快", 19],
  [null, "还没说清", 37],
];

const WAITING = [
  ["dead", "wechat", "message", "45047", 8, 200, "c5"],
  ["dead", "mail", "mail", "smtp 550", 1, 340, "c3"],
  ["dead", "wechat", "turn", "no_answer", 8, 900, "c5"],
  ["held", "wechat", "message", "nothing_left", 0, 30, "c5"],
  ["held", "wechat", "news", "unsubscribed", 0, 60 * 24 * 3, "c6"],
  ["pending", "wechat", "turn", "courier_failed", 2, 1, "c3"],
];

/** What waits to be sent in a state, and how much in each. */
function outbox(desk, state) {
  const counts = { dead: 0, held: 0, pending: 0 };
  for (const item of desk.waiting) counts[item.state] += 1;
  return { items: desk.waiting.filter((item) => item.state === state), counts, before: null };
}

function settled(desk, id) {
  desk.waiting = desk.waiting.filter((item) => item.id !== Number(id));
}

export function officeRoutes(desk) {
  desk.waiting = WAITING.map(
    ([state, channel, kind, problem, attempts, minutes, conversation_id], index) => ({
      ...{ id: index + 1, state, channel, kind, problem, attempts, conversation_id },
      account: channel === "mail" ? null : "jx",
      made_at: ago(minutes),
      due_at: ago(0),
    }),
  );
  desk.quiet = false; // true: nothing has happened in the range
  desk.users = Object.entries(STAFF).map(([name, [id, display_name, role]]) => ({
    ...{ id, name, display_name, role, email: null, active: true },
    extension: role === "operator" ? String(8000 + id) : null,
    must_change_password: name === "fresh",
    created_at: ago(60 * 24 * 40),
    last_seen_at: name === "fresh" ? null : ago(id * 7),
  }));
  const user = (id) => desk.users.find((one) => one.id === Number(id));

  return [
    ["GET /outbox", ({ url }) => outbox(desk, url.searchParams.get("state"))],
    ["POST /outbox/{id}/retry", ({ params }) => settled(desk, params.id)],
    ["POST /outbox/{id}/drop", ({ params }) => settled(desk, params.id)],
    ["GET /figures", ({ url, me }) => figures(desk, url.searchParams, me)],
    ["GET /figures.csv", () => ({ file: "\ufeff日期,渠道\r\n", type: "text/csv" })],
    ["GET /gaps", ({ url }) => gaps(desk, url.searchParams)],
    ["GET /users", () => desk.users],
    [
      "POST /users",
      ({ body }) => {
        if (desk.users.some(({ name }) => name === body.name))
          throw new Problem(409, "user_known", "这个账号已经有人用了，请换一个。");
        const added = {
          ...{ id: desk.users.length + 1, ...body, active: true, must_change_password: true },
          ...{ created_at: ago(0), last_seen_at: null },
        };
        desk.users.push(added);
        return { user: added, password: "kiwi-tuba-4821-nori" };
      },
    ],
    ["PATCH /users/{id}", ({ params, body }) => Object.assign(user(params.id), body)],
    [
      "POST /users/{id}/reset",
      ({ params }) => {
        user(params.id).must_change_password = true;
        return { password: "lamp-oval-7733-dune" };
      },
    ],
    ["GET /audit", ({ url }) => audit(url.searchParams)],
    ["GET /audit.csv", () => ({ file: "\ufeff编号,时间\r\n", type: "text/csv" })],
  ];
}

function figures(desk, query, me) {
  const oversees = me.role === "supervisor";
  const now = { waiting: 2, longest_wait_s: 372, with_operator: 3, online: 2, overdue: 2 };
  const empty = { count: 0, mean: null, by_score: {} };
  if (desk.quiet)
    return {
      now: { waiting: 0, longest_wait_s: null, with_operator: 0, online: 0, overdue: 0 },
      ...{ days: [], topics: [], satisfaction: empty },
      operators: oversees ? [] : null,
      overdue: oversees ? [] : null,
    };
  return {
    now,
    days: days(query.get("from"), query.get("to"), query.get("channel")),
    topics: TOPICS.map(([situation, label, count]) => ({ situation, label, count })),
    operators: oversees
      ? [
          { id: 1, name: "周敏", open: 2, claimed: 96, first_reply_median_s: 48, closed: 91 },
          { id: 2, name: "陈国平", open: 1, claimed: 71, first_reply_median_s: 95, closed: 70 },
          { id: 3, name: "刘芳", open: 0, claimed: 22, first_reply_median_s: null, closed: 22 },
        ]
      : null,
    satisfaction: { count: 118, mean: 4.36, by_score: { 5: 68, 4: 34, 3: 9, 2: 4, 1: 3 } },
    overdue: oversees
      ? [...desk.tickets.values()]
          .filter(({ sla }) => Object.values(sla).some((clock) => clock?.overdue))
          .map(({ number, summary, assignee, next_step, sla }) => ({
            ...{ number, summary, assignee, next_step },
            due: Object.values(sla).find((clock) => clock?.overdue).due,
          }))
      : null,
  };
}

/** Working days are busy, week-ends quiet, the telephone rests then. */
function days(first, last, channel) {
  const rows = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY) {
    const weekday = new Date(at).getUTCDay();
    const isFree = weekday === 0 || weekday === 6;
    const wave = Math.round(4 * Math.sin(at / DAY / 3));
    const busy = { web: isFree ? 6 : 18 + wave, h5: isFree ? 4 : 9 - wave, phone: isFree ? 0 : 5 };
    for (const [name, conversations] of Object.entries(busy)) {
      if (!conversations || (channel && channel !== name)) continue;
      const handoffs = name === "phone" ? conversations : Math.round(conversations * 0.22);
      const abandoned = name === "phone" ? 0 : Math.round(handoffs * 0.2);
      rows.push({
        ...{ day: new Date(at).toISOString().slice(0, 10), channel: name, conversations },
        ...{ handoffs, claimed: handoffs - abandoned, abandoned },
        first_reply_median_s: isFree ? null : 96 + 12 * wave + { web: 0, h5: 40, phone: -40 }[name],
        ...{ tickets: Math.round(conversations * 0.15), closed: handoffs - abandoned },
        deflected: name === "phone" ? 0 : Math.round(conversations * 0.6),
      });
    }
  }
  return rows;
}

const REJECTED = [
  [
    "wrong_law",
    "reply",
    "卖家说我的商标还没注册，用了也不算侵权，是这样吗？",
    "rule:trademark-report",
  ],
  ["not_asked", "answer", "年费忘了交，还能补吗", "patent_fee_late"],
  ["tone", "question", "我真的很急，货都快卖完了", "ask:venue"],
];

function gaps(desk, query) {
  const all = desk.quiet ? [] : Array.from({ length: 130 }, (_, index) => gap(130 - index));
  const counts = {};
  for (const { reason } of all) counts[reason] = (counts[reason] ?? 0) + 1;
  const before = Number(query.get("before") ?? Infinity);
  const wanted = query.get("reason");
  const found = all.filter((one) => one.id < before && (!wanted || one.reason === wanted));
  const items = found.slice(0, 100);
  return { items, counts, before: found.length > 100 ? items.at(-1).id : null };
}

function gap(id) {
  const [reason, kind, question, source] = REJECTED[id % REJECTED.length];
  return {
    ...{ id, reason, kind, question, source, at: ago((131 - id) * 97), by: "周敏" },
    words: id % 2 ? "应当先说未注册商标不能按侵权投诉，再说有一定影响的怎么办。" : null,
    text: "可以向对方所在地的市场监督管理部门投诉，请求责令立即停止侵权行为。\n\n要带上注册证和对方销售的凭证。",
    ...{ intent: "infringed", situation: "infringed", right: "trademark" },
    conversation_id: "c3",
  };
}

const DEEDS = [
  ["session.began", "user", "1", { by: "password" }],
  ["conversation.read", "conversation", "c3", {}],
  ["ticket.read", "ticket", "JX20261129101", {}],
  ["ticket.change", "ticket", "JX20261129101", { status: "in_progress" }],
  ["user.reset", "user", "2", {}],
  ["audit.exported", "audit", "csv", {}],
  ["something.unheard_of", "thing", "7", {}],
];

function audit(query) {
  const what = query.get("what") ?? "";
  const people = Object.entries(STAFF);
  const all = Array.from({ length: 230 }, (_, index) => {
    const [deed, object_kind, object_id, detail] = DEEDS[index % DEEDS.length];
    const [name, [id, display_name]] = people[index % people.length];
    const staff = index % 11 === 10 ? null : { id, name, display_name };
    return {
      id: 230 - index,
      at: ago(index * 41),
      ...{ staff, what: deed, object_kind, object_id, detail },
    };
  });
  const before = Number(query.get("before") ?? Infinity);
  const found = all.filter(
    (one) =>
      one.id < before &&
      (!what || one.what.startsWith(`${what}.`)) &&
      (!query.get("user") || one.staff?.id === Number(query.get("user"))),
  );
  const items = found.slice(0, 100);
  return { items, before: found.length > 100 ? items.at(-1).id : null };
}
