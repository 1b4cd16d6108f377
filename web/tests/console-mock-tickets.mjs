/** Tickets and the search of the desk's API in memory. Every person and matter in it is invented. */
import { randomUUID } from "node:crypto";
import { Problem } from "./console-mock.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const from = (span) => new Date(Date.now() + span).toISOString();
const day = (span) => from(span).slice(0, 10);

/** Something to look at. */
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320"
  height="240" fill="#d9e4e0"/><rect x="60" y="50" width="200" height="150" fill="#8a5a33"/><rect
  x="60" y="50" width="200" height="38" fill="#a02c20"/></svg>`;

const LABELS = {
  ...{ new: "待分派", assigned: "已分派", in_progress: "办理中", waiting: "等材料" },
  ...{ done: "已办结", closed: "已关闭", withdrawn: "来访者撤回" },
};
const MOVES = {
  new: ["assigned", "in_progress", "closed"],
  assigned: ["in_progress", "waiting", "done", "closed"],
  in_progress: ["assigned", "waiting", "done", "closed"],
  waiting: ["in_progress", "done", "closed"],
  done: ["closed"],
  closed: [],
  withdrawn: [],
};
const QUEUES = [
  ["helpline", "热线自办", "热线工作人员自己答复和跟进"],
  ["county_market", "县区市场监管局", "由违法行为地的县区市场监管局接办"],
  ["city_ip_office", "市级知识产权局", "先电话确认该市是否受理"],
  ["mediation", "人民调解委员会", "双方愿意谈的纠纷，联系调解室"],
].map(([key, label, does]) => ({ key, label, does }));
const STAFF = { 1: "周敏", 2: "陈国平", 3: "刘芳" };

// status, assignee, summary, right, situation, city, queue, hours that the next step has left, urgent
const TEMPLATES = [
  [
    "new",
    0,
    "家具商标被同县一家厂用在沙发上，已拍到门头和吊牌",
    "trademark",
    "infringed",
    "赣州市",
    1,
    2,
    false,
  ],
  [
    "new",
    0,
    "收到法院传票，七日后开庭，原告说外观设计被仿",
    "patent_design",
    "accused_court",
    "南昌市",
    0,
    -3,
    true,
  ],
  [
    "new",
    0,
    "网店主图被三家店铺搬用，想先让平台下架",
    "copyright_art",
    "infringed",
    "九江市",
    0,
    20,
    false,
  ],
  [
    "assigned",
    1,
    "瓷器花面被仿，作者愿意谈授权，想请调解",
    "copyright_art",
    "infringed",
    "景德镇市",
    3,
    30,
    false,
  ],
  [
    "assigned",
    2,
    "离职员工带走客户名单和报价，怕他马上用",
    "trade_secret",
    "infringed",
    "吉安市",
    1,
    6,
    true,
  ],
  [
    "in_progress",
    1,
    "图片公司索赔三万，网店只用过一张图",
    "copyright_art",
    "accused_letter",
    "宜春市",
    0,
    3,
    false,
  ],
  [
    "in_progress",
    2,
    "外观设计专利侵权，想请行政裁决，不清楚市里是否受理",
    "patent_design",
    "infringed",
    "上饶市",
    2,
    70,
    false,
  ],
  [
    "in_progress",
    3,
    "商标驳回复审，离期限还有九天",
    "trademark",
    "registration_exam",
    "抚州市",
    0,
    -30,
    true,
  ],
  [
    "waiting",
    1,
    "赣南脐橙包装被仿，等商标注册证和购买凭证",
    "trademark",
    "infringed",
    "赣州市",
    1,
    200,
    false,
  ],
  [
    "waiting",
    2,
    "合作社的商标被他人抢先申请，等使用证据",
    "trademark",
    "registration_exam",
    "萍乡市",
    0,
    90,
    false,
  ],
  ["done", 1, "电商投诉已恢复链接", "trademark", "infringed", "新余市", 0, null, false],
  ["done", 3, "调解成功，对方停用并换了招牌", "trademark", "infringed", "鹰潭市", 3, null, false],
  [
    "closed",
    2,
    "商标续展怎么办理，已答复",
    "trademark",
    "registration_exam",
    "南昌市",
    0,
    null,
    false,
  ],
  ["withdrawn", 0, "自己和对方谈好了", "copyright_art", "accused_letter", "九江市", 0, null, false],
];

const promise = (due, more = {}) => ({
  due: from(due),
  met: null,
  overdue: due < 0,
  paused: false,
  ...more,
});

function clocksOf(status, hours) {
  const ended = ["done", "closed", "withdrawn"].includes(status);
  const paused = status === "waiting";
  const first =
    status === "new" ? promise(hours * HOUR) : promise(-2 * DAY, { met: true, overdue: false });
  if (ended) return { first, next: null, solution: promise(-DAY, { met: true, overdue: false }) };
  const next = status === "new" ? null : promise(hours * HOUR, { paused });
  return { first, next, solution: promise(12 * DAY, { paused }) };
}

function aTicket([status, who, summary, right, situation, city, queue, hours, urgent], index) {
  const number = `JX${day(-index * DAY).replaceAll("-", "")}${String(101 + index)}`;
  return {
    ...{ number, version: 1, status, summary, right, situation, city },
    priority: urgent ? "urgent" : "normal",
    queue: QUEUES[queue].key,
    queue_text: QUEUES[queue].label,
    assignee: who ? { id: who, name: STAFF[who] } : null,
    opened_on: day(-index * DAY),
    next_step: hours === null ? null : "打电话核对事实，告知可走的办法",
    next_due: hours === null ? null : day(hours * HOUR + DAY),
    sla: clocksOf(status, hours ?? 0),
    contact_masked: "138****" + String(1000 + index),
    updated_at: from(-index * 5 * HOUR),
    conversation_id: `c${(index % 7) + 1}`,
    tags: index === 3 ? ["陶瓷", "回访"] : [],
    contact: index === 2 ? null : `王先生 1380791${1000 + index}`,
    facts: [
      ["right", "权利", right],
      ["situation", "情况", situation],
      ["city", "城市", city],
      ["right_status", "权利状态", "registered"],
    ].map(([slot, label, value]) => ({ slot, label, value })),
    dispatch_to: QUEUES[queue].label,
    created_at: from(-index * DAY),
    merged_into: null,
    satisfaction: status === "done" ? { score: 5, words: "很耐心", at: from(-HOUR) } : null,
    checklist: [
      { what: "商标注册证", how: "在“中国商标网”查得到的也可以打印", done: index % 2 === 0 },
      { what: "对方使用的照片", how: "拍清门头、货架、标签和日期", done: true },
      { what: "购买凭证", how: "买一件，小票、发票和付款记录都留着", done: false },
    ],
    notes: [
      {
        id: index * 10 + 1,
        text: "工单已登记，等待分派。",
        public: true,
        by: "system",
        author: null,
        at: from(-index * DAY),
        ticket: null,
      },
      ...(who
        ? [
            {
              ...{
                id: index * 10 + 2,
                public: false,
                by: "staff",
                author: STAFF[who],
                ticket: null,
              },
              at: from(-3 * HOUR),
              text: "电话里说对方是亲戚的厂，先劝他别去吵，把证据留好。\n明天上午再打。",
            },
          ]
        : []),
    ],
    history: [
      aChange("status", "状态", null, "待分派", null, -index * DAY),
      ...(who ? [aChange("assignee", "办理人", null, STAFF[who], STAFF[who], -4 * HOUR)] : []),
    ],
    links: [],
    files: index === 0 || index === 8 ? [aFile("门头.jpg"), aFile("吊牌背面.png")] : [],
    referrals: [],
  };
}

function aChange(what, what_text, before, after, author, span) {
  return { what, what_text, before, after, author, at: from(span) };
}

function aFile(name) {
  return {
    ...{ id: randomUUID(), name, size: 482_133, media_type: "image/png", is_picture: true },
    added_by: null,
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    added_at: from(-2 * HOUR),
  };
}

export function ticketRoutes(desk) {
  desk.tickets = new Map(TEMPLATES.map(aTicket).map((ticket) => [ticket.number, ticket]));
  const all = () => [...desk.tickets.values()];
  const find = (number) => {
    const ticket = desk.tickets.get(number);
    if (!ticket) throw new Problem(404, "ticket_not_found", "没有查到这张工单，请核对单号。");
    return ticket;
  };
  const changed = (ticket, me, text) => {
    ticket.version += 1;
    ticket.updated_at = from(0);
    ticket.history.push(aChange("change", text, null, null, me.display_name, 0));
    desk.publish("ticket.changed", { ticket_number: ticket.number });
    return full(ticket);
  };

  return [
    ["GET /tickets/queues", () => QUEUES],
    [
      "GET /tickets",
      ({ url, me }) => {
        const found = filtered(all(), url.searchParams, me);
        const status = url.searchParams.get("status");
        const shown = status ? found.filter((one) => one.status === status) : found;
        const before = url.searchParams.get("before");
        const start = shown.findIndex(({ number }) => number === before) + 1;
        const end = start + 10;
        const counts = Object.fromEntries(
          Object.keys(LABELS).map((key) => [key, found.filter((one) => one.status === key).length]),
        );
        return {
          items: shown.slice(start, end).map(item),
          counts,
          before: end < shown.length ? shown[end - 1].number : null,
        };
      },
    ],
    [
      "GET /tickets/board",
      () => ({
        columns: ["new", "assigned", "in_progress", "waiting", "done"].map((status) => {
          const items = all().filter((one) => one.status === status);
          return {
            status,
            status_text: LABELS[status],
            count: items.length,
            items: items.map(item),
          };
        }),
      }),
    ],
    ["GET /tickets.csv", () => ({ file: "\ufeff单号,状态\r\n", type: "text/csv" })],
    ["GET /tickets/{number}", ({ params }) => full(find(params.number))],
    [
      "PATCH /tickets/{number}",
      ({ params, body, me }) => {
        const ticket = find(params.number);
        const { version, assignee, ...rest } = body;
        if (version !== ticket.version)
          throw new Problem(
            409,
            "changed_meanwhile",
            "同事刚刚改过这张工单，已换成最新的，请再看一眼。",
          );
        if (rest.status && !MOVES[ticket.status].includes(rest.status))
          throw new Problem(409, "move_not_allowed", "这张工单不能改成这个状态。");
        if (assignee !== undefined)
          ticket.assignee = assignee ? { id: assignee, name: STAFF[assignee] } : null;
        Object.assign(ticket, rest);
        return changed(ticket, me, `修改：${Object.keys(body).join("、")}`);
      },
    ],
    [
      "POST /tickets/{number}/notes",
      ({ params, body, me }) => {
        const ticket = find(params.number);
        const id = Math.max(0, ...ticket.notes.map((one) => one.id)) + 1;
        ticket.notes.push({
          ...{ id, ...body, by: "staff", author: me.display_name, at: from(0), ticket: null },
        });
        desk.publish("ticket.note", { ticket_number: ticket.number });
        return null;
      },
    ],
    [
      "PUT /tickets/{number}/checklist/{index}",
      ({ params, body }) => {
        find(params.number).checklist[Number(params.index)].done = body.done;
        return null;
      },
    ],
    [
      "POST /tickets/{number}/merge",
      ({ params, body, me }) => {
        find(body.into);
        const ticket = find(params.number);
        ticket.status = "closed";
        return changed(ticket, me, `并入 ${body.into}`);
      },
    ],
    [
      "POST /tickets/{number}/split",
      ({ params, body }) => {
        const ticket = find(params.number);
        const number = `${ticket.number.slice(0, -3)}9${desk.tickets.size}`;
        const links = [
          { number: ticket.number, kind: "split_from", summary: ticket.summary, status_text: "" },
        ];
        desk.tickets.set(number, {
          ...structuredClone(ticket),
          number,
          summary: body.summary,
          links,
        });
        return { number };
      },
    ],
    [
      "POST /tickets/{number}/links",
      ({ params, body, me }) => {
        const { number, summary, status } = find(body.other);
        const ticket = find(params.number);
        ticket.links.push({ number, kind: body.kind, summary, status_text: LABELS[status] });
        return changed(ticket, me, `关联 ${number}`);
      },
    ],
    [
      "DELETE /tickets/{number}/links/{other}",
      ({ params, me }) => {
        const ticket = find(params.number);
        ticket.links = ticket.links.filter(({ number }) => number !== params.other);
        return changed(ticket, me, `去掉与 ${params.other} 的关联`);
      },
    ],
    [
      "POST /tickets/{number}/reopen",
      ({ params, body, me }) => {
        const ticket = find(params.number);
        ticket.status = "in_progress";
        return changed(ticket, me, `重新打开：${body.reason}`);
      },
    ],
    [
      "POST /tickets/{number}/referrals",
      ({ params, body, me }) => {
        if (!body.agreed) throw new Problem(422, "not_agreed", "来访者没有同意，不能转。");
        const ticket = find(params.number);
        const id = randomUUID();
        const { to, body: name, share } = body;
        ticket.referrals.push({
          ...{ id, to, body: name, share, made_by: me.display_name, made_at: from(0) },
          ...{ received_on: null, receipt_number: null, receipt_note: null },
        });
        changed(ticket, me, `转交：${name}`);
        return { id };
      },
    ],
    [
      "PUT /tickets/{number}/referrals/{id}/receipt",
      ({ params, body }) => {
        const sheet = find(params.number).referrals.find(({ id }) => id === params.id);
        sheet.received_on = body.received_on;
        sheet.receipt_number = body.number;
        sheet.receipt_note = body.note;
        return null;
      },
    ],
    [
      "GET /tickets/{number}/referrals/{id}.docx",
      () => ({ file: "PK", type: "application/octet-stream" }),
    ],
    [
      "POST /tickets/{number}/files",
      ({ params, body }) => {
        const file = { ...aFile(body.name), added_at: from(0), size: body.data.length };
        find(params.number).files.push(file);
        return file;
      },
    ],
    [
      "GET /tickets/{number}/files/{id}/thumbnail.webp",
      () => ({ file: PICTURE, type: "image/svg+xml" }),
    ],
    ["GET /tickets/{number}/files/{id}", () => ({ file: PICTURE, type: "image/svg+xml" })],
    ["GET /search", ({ url }) => search(desk, url.searchParams.get("q") ?? "")],
  ];
}

function item(ticket) {
  const { contact, facts, checklist, notes, history, links, files, referrals, ...rest } = ticket;
  return { ...rest, status_text: LABELS[ticket.status] };
}

function full(ticket) {
  const moves = MOVES[ticket.status].map((status) => ({ status, status_text: LABELS[status] }));
  const can_reopen = ["done", "closed", "withdrawn"].includes(ticket.status);
  return { ...ticket, status_text: LABELS[ticket.status], moves, can_reopen };
}

function filtered(tickets, query, me) {
  const asked = (name) => query.get(name) ?? "";
  const who = { me: String(me.id), none: "0" }[asked("assignee")] ?? asked("assignee");
  const isOverdue = ({ sla }) => Object.values(sla).some((clock) => clock?.overdue);
  return tickets.filter(
    (one) =>
      (!who || String(one.assignee?.id ?? 0) === who) &&
      (!asked("queue") || one.queue === asked("queue")) &&
      (!asked("priority") || one.priority === asked("priority")) &&
      (!asked("overdue") || isOverdue(one)) &&
      `${one.number}${one.summary}${one.contact}`.includes(asked("q")),
  );
}

function search(desk, q) {
  const found = [...desk.tickets.values()].filter((one) =>
    `${one.number}${one.summary}${one.contact}`.includes(q),
  );
  return {
    complete: found.length < 9,
    tickets: found.map((one) => ({
      ...{ number: one.number, summary: one.summary, opened_on: one.opened_on },
      excerpt: one.summary,
      status_text: LABELS[one.status],
    })),
    conversations: [...desk.conversations.values()].flatMap((one) => {
      const said = one.messages.find(({ text }) => text.includes(q));
      const { id, channel, opened_at, summary } = one;
      return said
        ? [{ id, channel, opened_at, last_at: said.at, summary, excerpt: said.text }]
        : [];
    }),
    callers: /^\d{4,}$/.test(q)
      ? found.map((one) => ({
          contact_masked: one.contact_masked,
          tickets: [one.number],
          conversations: [],
        }))
      : [],
  };
}
