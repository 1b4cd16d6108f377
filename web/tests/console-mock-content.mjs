/** Content and its revisions of the desk's API in memory; all of it invented. */
import { Problem } from "./console-mock.mjs";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ago = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();
const dayIn = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

const KINDS = [
  ["answer", "答复", ["answers/*.yml"], "id", false, true],
  ["guidance", "指引", ["guidance/*.md"], null, true, true],
  ["canned", "快捷回复", ["canned.yml"], "key", false, false],
  ["term", "术语", ["terms.yml"], null, false, false],
  ["rules", "判断规则", ["courts.yml"], null, true, true],
].map(([key, name, files, by, whole, two_persons]) => ({
  ...{ key, name, files, by, whole, two_persons },
}));

const FEE = `id: fee
asks:
- 打官司要多少钱
- 诉讼费多少
- 法院收费吗
says: 先交诉讼费，数目看争多少钱。
why: 诉讼费按标的额分段算。
articles:
- 诉讼费用交纳办法第十三条
rights: [trademark]
situations: [infringed]
`;
const BODIES = [
  ["answer", "answers/court.yml", "fee", "打官司要多少钱", FEE],
  ["term", "terms.yml", "异议", "异议", "异议: 别人的商标还在公告时提出反对\n"],
  [
    "canned",
    "canned.yml",
    "wait",
    "请稍等",
    "key: wait\ntitle: 请稍等\ntext: 请稍等，我看一下。\n",
  ],
  ["rules", "courts.yml", "courts.yml", "courts", "courts:\n- name: 某某法院\n  says: 管这一类\n"],
];
const REPORT = {
  cases: {
    looked_at: 120,
    changed: [
      {
        ...{ id: "c1", text: "打官司先要掏钱吗", what: "answer" },
        ...{ before: "court-steps", after: "fee" },
      },
      {
        ...{ id: "c1", text: "打官司先要掏钱吗", what: "articles" },
        ...{ before: ["民事诉讼法第一百二十二条"], after: [] },
      },
    ],
  },
  asks: { looked_at: 40, lost: [{ ask: "法院收费吗", answer: "fee", found: "court-steps" }] },
  journeys: {
    ...{ looked_at: 60, total: 255, picked: 60, messages: 140, changed_in: 1 },
    changed: [
      {
        ...{ id: "happy: court", at: 2, text: "那要先交钱吗", what: "text" },
        ...{ before: "立案时先交。", after: "先交，赢了由对方承担。" },
      },
    ],
  },
};

export function contentRoutes(desk) {
  const items = BODIES.map(([kind, file, key, title, body], at) => ({
    ...{ id: at + 1, kind, file, key, title, body, version: 2, updated_at: ago(90) },
  }));
  const revisions = [
    revision(1, 1, FEE.replace("先交", "立案时先交"), "in_review", [1, "周敏"], "说清什么时候交"),
    revision(2, 2, "异议: 反对别人注册\n", "rejected", [2, "陈国平"], "短一些", "刘芳"),
    revision(3, 3, "key: wait\ntitle: 请稍等\ntext: 请稍等。\n", "draft", [1, "周敏"], "短一些"),
  ];
  const comments = [comment(1, 2, "刘芳", "太短，看不懂公告是什么。")];
  const releases = [release(1, "active", [], true)];
  Object.assign(desk, { content: { items, revisions, comments, releases } });

  const find = (id) => revisions.find((one) => one.id === Number(id));
  const move = (id, state) => {
    find(id).state = state;
    desk.publish("content.changed", { revision_id: Number(id), state });
    return null;
  };
  const shown = (item) => {
    const states = revisions.filter((one) => one.item_id === item.id).map(({ state }) => state);
    const { body, ...rest } = item;
    return { ...rest, in_use: body !== null, states };
  };

  return [
    ["GET /content/kinds", () => KINDS],
    ["GET /content/items", ({ url }) => listed(items.map(shown), url.searchParams)],
    ["GET /content/items/{kind}/{file}", ({ params, url }) => whole(params.file, params, url)],
    [
      "GET /content/items/{kind}/{folder}/{file}",
      ({ params, url }) => whole(`${params.folder}/${params.file}`, params, url),
    ],
    ["POST /content/check", ({ body }) => ({ problems: faults(body.body) })],
    ["POST /content/revisions", ({ body, me }) => proposed(body, me)],
    ["POST /content/revisions/{id}/submit", ({ params }) => move(params.id, "in_review")],
    ["POST /content/revisions/{id}/withdraw", ({ params }) => move(params.id, "draft")],
    ["POST /content/revisions/{id}/reject", ({ params }) => move(params.id, "rejected")],
    ["POST /content/revisions/{id}/archive", ({ params }) => move(params.id, "archived")],
    [
      "POST /content/revisions/{id}/comment",
      ({ params, body, me }) => {
        const { item_id, id } = find(params.id);
        comments.push(comment(item_id, id, me.display_name, body.text));
        return comments.at(-1);
      },
    ],
    [
      "GET /content/waiting",
      () =>
        revisions
          .filter(({ state }) => state === "in_review")
          .map((one) => ({ item: shown(items[one.item_id - 1]), revision: one })),
    ],
    [
      "POST /content/revisions/{id}/prove",
      ({ params }) => {
        releases.unshift(release(releases.length + 1, "ready", [find(params.id)], false));
        return releases[0];
      },
    ],
    ["GET /content/releases", () => releases.map((one) => ({ ...one, report: null }))],
    ["GET /content/releases/{id}", ({ params }) => releases.find(({ id }) => id === +params.id)],
    [
      "POST /content/releases/{id}/activate",
      ({ params, me }) => {
        const one = releases.find(({ id }) => id === Number(params.id));
        if (one.revisions.some((id) => find(id).author_id === me.id))
          throw new Problem(409, "needs_second_person", "这类内容要由作者以外的人审核发布。");
        for (const other of releases) Object.assign(other, { in_use: false });
        one.revisions.forEach((id) => move(id, "published"));
        return Object.assign(one, { state: "active", in_use: true, activated_at: ago(0) });
      },
    ],
    ["POST /content/releases/{id}/roll-back", () => releases[0]],
    [
      "GET /content/calendar",
      () => [
        { day: dayIn(12), what: "begins", ...named(items[0]), revision_id: 1 },
        { day: dayIn(40), what: "ends", ...named(items[1]), revision_id: 2 },
      ],
    ],
    [
      "GET /content/stale",
      () =>
        desk.quiet
          ? []
          : items.slice(0, 2).map((item, at) => ({
              ...named(item),
              why: [{ code: "review_old", said: `${190 + at} 天没有复核` }],
              ...{ since: dayIn(-10 - at), visitors: 31 - at * 31 },
            })),
    ],
    ["POST /content/hit-test", ({ body }) => hits(body)],
  ];

  function whole(file, { kind }, url) {
    const key = url.searchParams.get("key") || decodeURIComponent(file);
    const item = items.find((one) => one.kind === kind && one.key === key);
    if (!item) throw new Problem(404, "content_unknown", "没有找到这一条内容。");
    return {
      ...{ item: shown(item), body: item.body, diffs: {} },
      revisions: revisions.filter(({ item_id }) => item_id === item.id).reverse(),
      comments: comments.filter(({ item_id }) => item_id === item.id),
      uses: { visitors: 31, by: [named(items[1])] },
    };
  }

  function proposed({ kind, file, key, body, reason, over, ...dates }, me) {
    let item = items.find((one) => one.kind === kind && one.key === key);
    if (!item) {
      item = { id: items.length + 1, kind, file, key, title: key, body: null, version: 0 };
      items.push(Object.assign(item, { updated_at: ago(0) }));
    }
    if (item.version !== over) {
      const theirs = { body: item.body, author: "刘芳", number: 1 };
      const told = new Problem(409, "changed_meanwhile", "您编辑的时候，别人改了这一条。");
      throw Object.assign(told, { more: { theirs, version: item.version } });
    }
    item.version += 1;
    const id = revisions.length + 1;
    const by = [me.id, me.display_name];
    revisions.push({ ...revision(id, item.id, body, "draft", by, reason), ...dates });
    return revisions.at(-1);
  }
}

function revision(id, item_id, body, state, [author_id, author], reason, reviewer = null) {
  return {
    ...{ id, item_id, number: id, body, author, author_id, reason, state, reviewer },
    ...{ effective_from: null, expires_on: null, sources: [] },
    ...{ made_at: ago(120), decided_at: null },
  };
}

function comment(item_id, revision_id, author, text) {
  return { id: revision_id, item_id, revision_id, author, text, at: ago(60) };
}

function release(id, state, brought, in_use) {
  return {
    ...{ id, day: dayIn(0), state, in_use, revisions: brought.map((one) => one.id) },
    brings: brought.map(({ id: revision_id, number, author, reason }) => ({
      ...{ revision_id, number, author, reason, taken_away: false },
      ...{ kind: "answer", file: "answers/court.yml", key: "fee", title: "打官司要多少钱" },
    })),
    ...{ made_by: "刘芳", activated_by: in_use ? "刘芳" : null, problem: null },
    ...{ report: brought.length ? REPORT : null, made_at: ago(30) },
    activated_at: in_use ? ago(20) : null,
  };
}

function named({ kind, file, key, title, id }) {
  return { kind, file, key, title, item_id: id };
}

function listed(items, query) {
  const kind = query.get("kind");
  const state = query.get("state");
  const q = query.get("q") ?? "";
  const found = items.filter(
    (one) =>
      (!kind || one.kind === kind) &&
      (!state || one.states.includes(state)) &&
      (one.title.includes(q) || one.key.includes(q)),
  );
  return { items: found, before: null };
}

/** Line by line, as the loaders tell it. */
function faults(text) {
  return (text ?? "")
    .split("\n")
    .flatMap((line, at) =>
      line.includes("第九百条") ? [{ line: at + 1, message: "查无此条" }] : [],
    );
}

function hits({ query, day, release_id }) {
  const found = {
    answers: [
      {
        ...{ key: "fee", title: "打官司要多少钱", score: 0.91 },
        ...{ parts: { words: 0.4, meaning: 0.51 }, says: `先交诉讼费。（${query}）` },
      },
    ],
    guidance: [{ key: "court", title: "怎么起诉", score: 0.62, why: ["意思相近"] }],
    law: [
      {
        ...{ law: "诉讼费用交纳办法", article: "第十三条", version_date: "2006-12-19" },
        ...{ score: 0.58, why: ["字面相近"] },
      },
    ],
    referral: { remedies: [{ key: "court", title: "向法院起诉", why: "想要赔偿" }] },
  };
  const nothing = { answers: [], guidance: [], law: [], referral: null };
  const isLate = day && day >= "2027-01-01";
  return {
    day: day ?? dayIn(0),
    published: isLate ? nothing : found,
    candidate: release_id ? found : null,
  };
}
