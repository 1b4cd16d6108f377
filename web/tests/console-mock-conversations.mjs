/** Conversations, suggestions, canned replies and the directory of the desk's API in memory. */
import { randomUUID } from "node:crypto";
import { Problem } from "./console-mock.mjs";

const MINUTE = 60_000;
const ago = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();

export function aCitation(
  article = "第五十七条",
  text = "有下列行为之一的，均属侵犯注册商标专用权：……",
) {
  return {
    law: "中华人民共和国商标法",
    short: "商标法",
    article,
    version_date: "2019-04-23",
    in_force_from: "2019-11-01",
    in_force_to: null,
    text,
    kind: "statute",
    url: null,
  };
}

export function aMessage(role, text, minutes, more = {}) {
  return {
    id: randomUUID(),
    role,
    text,
    at: ago(minutes),
    buttons: [],
    citations: [],
    drafts: [],
    author: null,
    ...more,
  };
}

const REFERRAL = {
  scope: "in",
  as_of: new Date().toISOString().slice(0, 10),
  others: [],
  notices: [],
  remedies: [
    {
      key: "admin_complaint_trademark",
      name: "商标行政投诉（市场监管）",
      why: "注册商标被人用在同一种商品上，市场监管部门可以查处。",
      basis: [aCitation(), aCitation("第六十条", "……由当事人协商解决；不愿协商或者协商不成的……")],
      body: {
        kind: "market_regulation",
        name: "赣州市南康区市场监督管理局",
        city: "赣州市",
        county: "南康区",
        note: null,
      },
      materials: ["商标注册证", "购买凭证"],
      evidence: [],
      deadlines: [
        {
          what: "起诉的诉讼时效",
          period: "3年",
          from: "知道侵权之日",
          due: "2028-11-02",
          basis: null,
        },
      ],
      fees: "不收费",
      order: [],
      drafts: [],
    },
    {
      key: "mediation",
      name: "知识产权纠纷调解",
      why: "双方愿意谈时，比诉讼快。",
      basis: [],
      body: null,
      materials: [],
      deadlines: [],
      fees: "不收费",
      order: [],
      drafts: [],
    },
  ],
  ruled_out: [
    {
      key: "patent_adjudication",
      name: "专利侵权行政裁决",
      why: "说的是商标，不是专利。",
      basis: [],
    },
  ],
  asks: [],
};

const TEMPLATES = [
  [
    "waiting",
    null,
    "有人用我的牌子卖家具，我要找人工。",
    "商标被用在同类商品上",
    "trademark",
    "infringed",
    "赣州市",
    6,
  ],
  [
    "waiting",
    null,
    "法院传票说后天开庭，怎么办？",
    "被诉侵害外观设计专利权",
    "patent_design",
    "accused_court",
    "南昌市",
    2,
  ],
  [
    "operator",
    1,
    "注册证我找到了，第20类。",
    "家具商标被仿冒",
    "trademark",
    "infringed",
    "赣州市",
    1,
  ],
  ["operator", 1, "好的，谢谢。", "网店图片被盗用", "copyright_art", "infringed", "九江市", 44],
  [
    "operator",
    2,
    "对方说要我赔三万。",
    "收到图片公司索赔函",
    "copyright_art",
    "accused_letter",
    "宜春市",
    12,
  ],
  ["bot", null, "商标续展要多少钱？", "商标续展", "trademark", "registration_exam", "上饶市", 18],
  ["closed", 1, "明白了，再见。", "商业秘密咨询", "trade_secret", "infringed", "吉安市", 900],
];

/** Who writes by WeChat; the window of one of them is over. */
function aContact(index) {
  const isOver = index === 4;
  return {
    ...{ channel: "wechat", account: "jx", subscribed: true, by_contact: true },
    heard_at: ago(isOver ? 60 * 50 : 20),
    allowance: isOver ? { left: 0, until: null } : { left: 2, until: ago(20 - 60 * 48) },
    ...{ held: isOver ? 2 : 0, dead: isOver ? 1 : 0 },
  };
}

function aConversation([state, assignee, text, summary, right, situation, city, minutes], index) {
  const isUrgent = situation === "accused_court";
  const operator = assignee === 1 ? "周敏" : "陈国平";
  return {
    id: `c${index + 1}`,
    channel: index === 4 || index === 2 ? "wechat" : "web",
    contact: index === 4 || index === 2 ? aContact(index) : null,
    state,
    assignee: assignee ? { id: assignee, name: operator } : null,
    waiting_since: state === "waiting" ? ago(minutes) : null,
    summary,
    right,
    situation,
    city,
    urgent: isUrgent,
    ticket: index === 2 ? "JX-2611-0042" : null,
    tags: index === 2 ? ["家具", "回访"] : [],
    approval: false,
    unread: state === "waiting" || index === 2 ? 2 : 0,
    opened_at: ago(minutes + 30),
    watched: new Set(index === 5 ? [1] : []),
    viewers: [],
    notes: [],
    facts: { right, situation, city, right_status: "registered" },
    messages: [
      aMessage("visitor", "您好，我在南康做实木家具，有个注册商标。", minutes + 30),
      aMessage(
        "bot",
        "您好。请先说说：对方在哪里、用在什么商品上、您的商标注册在第几类？",
        minutes + 30,
        { citations: [aCitation()] },
      ),
      aMessage("visitor", "对方在网上卖沙发，用的就是我的牌子。", minutes + 6),
      ...(assignee
        ? [
            aMessage("system", `${operator}已接入，接下来由工作人员答复您。`, minutes + 5),
            aMessage("operator", "您好，我来接着帮您看。注册证上写的是哪一类？", minutes + 4, {
              author: operator,
            }),
          ]
        : []),
      aMessage("visitor", text, minutes),
    ],
  };
}

export function conversationRoutes(desk) {
  desk.conversations = new Map(
    TEMPLATES.map(aConversation).map((conversation) => [conversation.id, conversation]),
  );
  addLongOne(desk.conversations);
  addHeldOne(desk.conversations);
  desk.rejected = [];
  const find = (id) => {
    const conversation = desk.conversations.get(id);
    if (!conversation) throw new Problem(404, "conversation_not_found", "没有找到这段对话。");
    return conversation;
  };
  const mine = (conversation, me) => {
    if (conversation.assignee?.id !== me.id)
      throw new Problem(409, "not_yours", "这段会话不归您接待，请先接入。");
  };
  const say = (conversation, message, kind = "conversation.message") => {
    conversation.messages.push(message);
    desk.publish(kind, { conversation_id: conversation.id, role: message.role });
  };
  desk.hear = (id, text) => say(find(id), aMessage("visitor", text, 0));

  return [
    ["GET /inbox", ({ url, me }) => inbox(desk, url.searchParams, me)],
    [
      "GET /conversations/{id}",
      ({ params, me }) => {
        const { messages, ...conversation } = find(params.id);
        conversation.unread = find(params.id).unread = 0;
        const watching = find(params.id).watched.has(me.id);
        return {
          ...shown(conversation, messages.slice(-50)),
          watching,
          more: messages.length > 50,
        };
      },
    ],
    [
      "GET /conversations/{id}/messages",
      ({ params, url }) => {
        const { messages } = find(params.id);
        const before = url.searchParams.get("before");
        const end = before ? messages.findIndex(({ id }) => id === before) : messages.length;
        const start = Math.max(0, end - Number(url.searchParams.get("limit") ?? 50));
        return { items: messages.slice(start, end), more: start > 0 };
      },
    ],
    [
      "POST /conversations/{id}/messages",
      ({ params, body, me }) => {
        const conversation = find(params.id);
        mine(conversation, me);
        const message = aMessage("operator", body.text, 0, {
          author: me.display_name,
          citations: body.citations ?? [],
        });
        say(conversation, message);
        return message;
      },
    ],
    [
      "POST /conversations/{id}/claim",
      ({ params, me }) => {
        const conversation = find(params.id);
        if (conversation.assignee && conversation.assignee.id !== me.id)
          throw new Problem(
            409,
            "claimed_by_other",
            `${conversation.assignee.name}已经接入了这段会话。`,
          );
        conversation.assignee = { id: me.id, name: me.display_name };
        Object.assign(conversation, { state: "operator", waiting_since: null });
        const words = `${me.display_name}已接入，接下来由工作人员答复您。`;
        say(conversation, aMessage("system", words, 0), "conversation.claimed");
        return null;
      },
    ],
    ...["hand-back", "close", "transfer"].map((what) => [
      `POST /conversations/{id}/${what}`,
      ({ params, me, body }) => {
        const conversation = find(params.id);
        mine(conversation, me);
        const [state, words, kind] = {
          "hand-back": ["bot", `${me.display_name}已把对话交回自动应答。`, "handed_back"],
          close: ["closed", `${me.display_name}已结束人工服务。`, "closed"],
          transfer: ["waiting", "正在为您转给其他工作人员。", "transferred"],
        }[what];
        Object.assign(conversation, { state, assignee: null });
        if (body.note) conversation.notes.push(aNote(me, body.note));
        say(conversation, aMessage("system", words, 0), `conversation.${kind}`);
        return null;
      },
    ]),
    [
      "POST /conversations/{id}/move",
      ({ params, me }) => {
        mine(find(params.id), me);
        const expires = new Date(Date.now() + 900_000).toISOString();
        return { code: "ABCD-2345", expires_at: expires, seconds: 900 };
      },
    ],
    [
      "POST /conversations/{id}/watch",
      ({ params, me }) => (find(params.id).watched.add(me.id), null),
    ],
    [
      "DELETE /conversations/{id}/watch",
      ({ params, me }) => (find(params.id).watched.delete(me.id), null),
    ],
    ["POST /conversations/{id}/viewing", ({ params }) => find(params.id).viewers],
    ["POST /conversations/{id}/typing", () => null],
    [
      "PUT /conversations/{id}/tags",
      ({ params, body }) => {
        find(params.id).tags = body.tags;
        desk.publish("conversation.tags", { conversation_id: params.id });
        return body;
      },
    ],
    [
      "POST /conversations/{id}/notes",
      ({ params, body, me }) => {
        const note = aNote(me, body.text);
        find(params.id).notes.push(note);
        return note;
      },
    ],
    [
      "PATCH /conversations/{id}/facts",
      ({ params, body }) => {
        const { facts } = find(params.id);
        for (const [slot, value] of Object.entries(body))
          if (value === null) delete facts[slot];
          else facts[slot] = value;
        desk.publish("conversation.facts", { conversation_id: params.id });
        return { facts, referral: REFERRAL };
      },
    ],
    [
      "POST /conversations/{id}/ticket",
      ({ params }) => {
        find(params.id).ticket = "JX-2611-0099";
        desk.publish("ticket.opened", {
          conversation_id: params.id,
          ticket_number: "JX-2611-0099",
        });
        return { number: "JX-2611-0099", code: "482913" };
      },
    ],
    ["GET /conversations/{id}/suggestions", ({ params }) => suggestionsFor(find(params.id))],
    [
      "POST /suggestions/{id}/reject",
      ({ params, body }) => (desk.rejected.push({ id: params.id, ...body }), null),
    ],
    [
      "POST /approvals/{turn}",
      ({ params, body, me }) => {
        for (const conversation of desk.conversations.values())
          for (const message of conversation.messages)
            if (message.turn_id === params.turn) {
              message.state = null;
              conversation.approval = false;
              if (body.text) message.text = body.text;
              message.author = body.decision === "send" ? null : me.display_name;
              desk.publish("approval.done", { conversation_id: conversation.id });
            }
        return null;
      },
    ],
    ...cannedRoutes(),
    ["GET /vocabulary", () => VOCABULARY],
    ["GET /directory", ({ url }) => directory(url.searchParams)],
  ];
}

function inbox(desk, query, me) {
  const boxes = {
    unanswered: ({ state, approval }) => state === "waiting" || approval,
    mine: ({ state, assignee }) => state === "operator" && assignee?.id === me.id,
    watching: ({ watched }) => watched.has(me.id),
    closed: ({ state }) => state === "closed",
    all: () => true,
  };
  const all = [...desk.conversations.values()];
  const q = query.get("q") ?? "";
  const items = all
    .filter(boxes[query.get("box") ?? "unanswered"])
    .filter(({ messages, summary }) =>
      [summary, ...messages.map(({ text }) => text)].join().includes(q),
    )
    .map(({ messages, watched: _, viewers: __, notes: ___, facts: ____, ...item }) => {
      const last = messages.at(-1);
      return { ...item, last_at: last.at, last_text: last.text.slice(0, 80), last_role: last.role };
    });
  const count = (box) => all.filter(boxes[box]).length;
  return {
    items,
    before: null,
    at: new Date().toISOString(),
    counts: { unanswered: count("unanswered"), mine: count("mine"), watching: count("watching") },
  };
}

function shown({ state, watched, ...conversation }, messages) {
  return {
    ...conversation,
    status: state,
    messages,
    referral: REFERRAL,
    referrals: [],
    ticket: null,
    handoff: null,
    history: [
      {
        conversation_id: "c7",
        opened_at: ago(60 * 24 * 40),
        summary: "商标续展咨询",
        ticket: null,
      },
    ],
    tickets: conversation.ticket ? [conversation.ticket] : [],
    memory_open_questions: [],
  };
}

let notes = 0;

function aNote(me, text) {
  const author = { id: me.id, name: me.display_name };
  return { id: ++notes, text, author, at: new Date().toISOString() };
}

function suggestionsFor(conversation) {
  const asked = conversation.messages.findLast(({ role }) => role === "visitor");
  if (!asked) return null;
  const turn_id = `t-${asked.id}`;
  const suggestion = (kind, text, chance, why, citations = []) => ({
    id: `${asked.id}-${kind}`,
    turn_id,
    kind,
    text,
    chance,
    why,
    citations,
    drafts: [],
  });
  return {
    turn_id,
    message_id: asked.id,
    suggestions: [
      suggestion(
        "reply",
        "您的商标已经注册，对方在同一种商品上用了相同的标志，属于侵犯注册商标专用权的行为。可以先向违法行为地的市场监督管理局投诉，请求查处；想要赔偿的，可以同时准备起诉。投诉时带上商标注册证和购买凭证。",
        0.86,
        "按当前情况，机器人会这样答",
        [aCitation(), aCitation("第六十条")],
      ),
      suggestion("answer", "向市场监督管理局投诉不收费，也不需要请律师。", 0.41, "相近的书面答案"),
      suggestion("question", "请问对方的店铺在哪个城市？", null, "还缺：对方所在城市"),
    ],
    facts: conversation.facts,
    missing: [
      {
        slot: "their_city",
        question: "对方在哪个城市？",
        options: ["南昌市", "赣州市", "不在江西", "不知道"],
      },
      { slot: "evidence", question: "手上有哪些证据？", options: [] },
    ],
    ruled_out: REFERRAL.ruled_out,
    remedies: REFERRAL.remedies.map(({ key, name, body, why }) => ({
      key,
      name,
      why,
      body: body?.name ?? null,
    })),
    canned: { id: 2, title: "投诉要带的材料", text: CANNED[1].text },
    intent: "describe_problem",
    certainty: 0.86,
    action: null,
    made_at: new Date().toISOString(),
  };
}

function addHeldOne(conversations) {
  const held = aConversation(
    ["bot", null, "商标续展要多少钱？", "商标续展", "trademark", "registration_exam", "上饶市", 4],
    7,
  );
  const answer = aMessage("bot", "续展费用以缴费当天公布的标准为准。", 4, {
    state: "held",
    turn_id: "t8",
    citations: [aCitation("第四十条", "注册商标有效期满，需要继续使用的……")],
  });
  held.messages.push(answer);
  held.viewers = [{ id: 2, name: "陈国平", typing: true }];
  conversations.set("c8", { ...held, approval: true });
}

function addLongOne(conversations) {
  const long = aConversation(
    ["operator", 1, "最后一句", "很长的一段对话", "trademark", "infringed", "抚州市", 3],
    2,
  );
  const words = Array.from({ length: 1000 }, (_, index) =>
    aMessage(
      index % 2 ? "operator" : "visitor",
      `第 ${index + 1} 句。${"这是一段长短不一的话。".repeat((index % 5) + 1)}`,
      2000 - index,
      index % 2 ? { author: "周敏" } : {},
    ),
  );
  conversations.set("c9", {
    ...long,
    id: "c9",
    ticket: null,
    tags: [],
    unread: 0,
    messages: words,
  });
}

const CANNED = [
  {
    id: 1,
    title: "问候",
    shortcut: "nh",
    text: "您好，我是{坐席}，很高兴为您服务。请说说您遇到的情况。",
    scope: "shared",
    tags: [],
    actions: [],
  },
  {
    id: 2,
    title: "投诉要带的材料",
    shortcut: "cl",
    text: "投诉时请带上：权利证书、购买凭证、能看清侵权标志的照片。",
    scope: "shared",
    tags: ["材料"],
    actions: [],
  },
  {
    id: 3,
    title: "结束语",
    shortcut: "js",
    text: "感谢您的咨询，祝您顺利。",
    scope: "own",
    tags: [],
    actions: [{ close: true }],
  },
];

function cannedRoutes() {
  const replies = CANNED.map((reply) => ({ ...reply }));
  const find = (id) => replies.find((reply) => reply.id === Number(id));
  return [
    [
      "GET /canned",
      ({ url }) => {
        const q = url.searchParams.get("q") ?? "";
        return replies.filter(({ title, text, shortcut }) =>
          [title, text, shortcut].join().includes(q),
        );
      },
    ],
    [
      "POST /canned",
      ({ body }) => {
        const reply = { ...body, id: replies.length + 1 };
        replies.push(reply);
        return reply;
      },
    ],
    ["PATCH /canned/{id}", ({ params, body }) => Object.assign(find(params.id), body)],
    [
      "DELETE /canned/{id}",
      ({ params }) => (replies.splice(replies.indexOf(find(params.id)), 1), null),
    ],
    [
      "POST /canned/{id}/fill",
      ({ params, me }) => ({
        text: find(params.id).text.replace("{坐席}", me.display_name),
        actions: find(params.id).actions,
      }),
    ],
  ];
}

const choice = (name, label, options) => ({
  name,
  label,
  kind: "choice",
  options: options.map(([value, label]) => ({ value, label })),
});
const plain = (name, label, kind) => ({ name, label, kind, options: [] });

const VOCABULARY = {
  slots: [
    choice("right", "权利", [
      ["trademark", "商标"],
      ["patent_design", "外观设计专利"],
      ["copyright_art", "美术、图片、摄影、字体作品"],
      ["trade_secret", "商业秘密"],
    ]),
    choice("situation", "情况", [
      ["infringed", "权利被侵犯"],
      ["accused_letter", "收到律师函、警告或索赔"],
      ["accused_court", "被起诉、收到传票"],
      ["registration_exam", "申请、审查、驳回、续展"],
    ]),
    choice("right_status", "权利状态", [
      ["registered", "已注册、已授权"],
      ["pending", "申请中"],
      ["unregistered", "没有申请"],
    ]),
    plain("evidence", "手上的证据", "texts"),
    plain("city", "城市", "place"),
    plain("their_city", "对方城市", "place"),
    plain("doc_received_on", "收到文书的日子", "date"),
    plain("years_registered", "注册年数", "number"),
    plain("contact", "联系方式", "text"),
  ],
};

function directory(query) {
  const entries = [
    {
      kind: "body",
      key: "market_regulation-city",
      body_kind: "market_regulation",
      name: `${query.get("city") || "设区市"}市场监督管理局`,
      label: "市场监督管理局",
      does: "查处商标侵权、假冒专利、不正当竞争；可以就赔偿数额调解，不能判赔。",
      level: "city",
      city: query.get("city") || null,
      value: null,
      give: true,
      note: "案情重大或者跨区县时找市局；一般先找区县局。",
      facts: [],
      not_claimed: [],
      sources: [{ code: "商标法(2019)第六十条", text: "商标法(2019)第六十条" }],
      trust: "one_source",
    },
    {
      kind: "hotline",
      key: "hotline-0",
      body_kind: null,
      name: "12345",
      label: "热线",
      does: "政务服务便民热线",
      level: null,
      city: null,
      value: "12345",
      give: true,
      note: null,
      facts: [],
      not_claimed: [],
      sources: [{ code: "GK", text: "一般知识，未经核实" }],
      trust: "unconfirmed",
    },
  ];
  const q = query.get("q") ?? "";
  return {
    items: entries.filter((entry) => JSON.stringify(entry).includes(q)),
    cities: ["南昌市", "赣州市", "九江市", "景德镇市"],
  };
}
