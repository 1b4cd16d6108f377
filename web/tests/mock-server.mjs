/**
 * The chat API contract in memory, with a bad line on demand: what the tests talk to instead of the
 * service.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { follow, happened, watched } from "./mock-desk.mjs";

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const CALENDAR = "text/calendar; charset=utf-8";

/**
 * @typedef {object} Fault What happens to the next posted message or deletion instead of a plain answer.
 * @property {"before" | "after"} [cut] The line breaks before or after the service has acted on it.
 * @property {number} [status] The service answers this status,
 * @property {object} [problem] with this problem, or with no JSON at all when left out,
 * @property {Record<string, string>} [headers] and these headers.
 */

/**
 * @param {(text: string) => object} answer gives the parts of a turn that matter to the test.
 * @param {object[]} [greeting] messages of a new conversation.
 * @param {object} [notice] the privacy notice.
 */
export function createMockServer(answer, greeting = [], notice = {}) {
  const conversations = new Map();
  /** @type {Fault[]} */
  const faults = [];
  /** @type {Map<string, string>} Key of a draft → what stands in the file. */
  const drafts = new Map();
  /** @type {Map<string, string>} Id of a conversation → its calendar file. */
  const calendars = new Map();
  /** @type {Map<string, object>} A ticket's number, a space and its code → how far it has come. */
  const tickets = new Map();
  /** @type {{path: string, body: any, trace: any}[]} Every posted message, as they arrived. */
  const posted = [];
  /** @type {object[]} What each conversation was opened with. */
  const openedWith = [];

  function open() {
    const [id, token] = [randomUUID(), randomUUID()];
    const conversation = watched({
      id,
      token,
      messages: [...greeting],
      turns: new Map(),
      referrals: [],
      pictures: [],
      latest: {},
    });
    conversations.set(conversation.id, conversation);
    return conversation;
  }

  function take(conversation, { text, client_message_id: id }) {
    const known = conversation.turns.get(id);
    if (known) return known;
    const turn = {
      messages: [],
      facts: {},
      referral: null,
      ticket: null,
      ...(isWithPerson(conversation) ? {} : answer(text)),
      handoff: conversation.handoff,
    };
    const nothing = { buttons: [], citations: [], drafts: [] };
    const said = {
      id: randomUUID(),
      role: "visitor",
      text,
      ...nothing,
      at: new Date().toISOString(),
    };
    if (conversation.status === "closed") conversation.status = "bot";
    conversation.messages.push(said, ...turn.messages);
    for (const { role, id: message_id } of [said, ...turn.messages])
      happened(conversation, "conversation.message", { role, message_id });
    conversation.latest = turn;
    if (turn.referral)
      conversation.referrals.push({ message_id: said.id, referral: turn.referral });
    conversation.turns.set(id, turn);
    return turn;
  }

  function snapshot(conversation, everyReferral) {
    const { id, messages, referrals, latest, status, handoff, news } = conversation;
    const { facts = {}, referral = null, ticket = null } = latest;
    const earlier = everyReferral ? referrals : [];
    conversation.news = []; // told once
    return { id, status, messages, facts, referral, referrals: earlier, ticket, handoff, news };
  }

  /** What a visitor does while a person is involved. */
  async function visit(conversation, what, request, response) {
    if (what === "events" && conversation.refusesLines)
      return json(response, 429, { code: "too_many_lines", detail: "连接太多。" });
    if (what === "events") return follow(conversation, request, response);
    if (what === "handoff") {
      Object.assign(conversation, { status: "bot", handoff: null });
      response.writeHead(204).end();
      return;
    }
    const body = JSON.parse(await read(request));
    if (what === "typing") conversation.heardTyping.push(body.typing);
    else {
      const fault = faults.shift();
      if (fault?.status) return json(response, fault.status, fault.problem, fault.headers);
      conversation.ratings.push(body);
    }
    response.writeHead(204).end();
  }

  async function handle(request, response) {
    const [, id, isMessages] =
      /^\/api\/conversations(?:\/([^/?]+))?(\/messages)?(?:\?|$)/.exec(request.url) ?? [];
    const [, owner, draft] =
      /^\/api\/conversations\/([^/]+)\/drafts\/(.+)\.docx$/.exec(request.url) ?? [];
    const [, planner] = /^\/api\/conversations\/([^/]+)\/deadlines\.ics$/.exec(request.url) ?? [];
    const [, exported] = /^\/api\/conversations\/([^/]+)\/export$/.exec(request.url) ?? [];
    const [, gallery] = /^\/api\/conversations\/([^/]+)\/files$/.exec(request.url) ?? [];
    const [, visited, what] =
      /^\/api\/conversations\/([^/]+)\/(events|handoff|typing|satisfaction)$/.exec(request.url) ??
      [];
    const [, number, code] = /^\/api\/tickets\/([^/?]+)\?code=(.*)$/.exec(request.url) ?? [];
    if (number) {
      const progress = tickets.get(`${decodeURIComponent(number)} ${decodeURIComponent(code)}`);
      if (progress) return json(response, 200, progress);
      return json(response, 404, {
        code: "ticket_not_found",
        detail: "没有查到这张工单，请核对工单号和口令。",
      });
    }
    if (request.url === "/api/banner")
      return json(response, 200, { banner: null, until: null, bot_off: false });
    if (request.url === "/api/privacy-notice") return json(response, 200, notice);
    if (request.method === "POST" && !id && !gallery && !visited) {
      openedWith.push(JSON.parse(await read(request)));
      const { token, ...opened } = open();
      return json(response, 201, { id: opened.id, token, messages: opened.messages });
    }
    const conversation = conversations.get(
      id ?? owner ?? planner ?? exported ?? gallery ?? visited,
    );
    if (!conversation || request.headers.authorization !== `Bearer ${conversation.token}`) {
      return json(response, 404, { code: "conversation_not_found", detail: "没有找到这段对话。" });
    }
    if (conversation.isDeleted)
      return json(response, 410, { code: "conversation_deleted", detail: "这段对话已经删除。" });
    if (visited) return visit(conversation, what, request, response);
    if (exported) return json(response, 200, { 说过的话: conversation.messages });
    if (gallery && request.method === "GET") return json(response, 200, conversation.pictures);
    if (gallery) {
      const { name, type, data } = JSON.parse(await read(request));
      const fault = faults.shift();
      if (fault?.status) return json(response, fault.status, fault.problem, fault.headers);
      const size = Buffer.from(data, "base64").length;
      const added = { id: name, ticket: "JX", name, size, media_type: type, added_at: "" };
      if (!conversation.pictures.some(({ id }) => id === name)) conversation.pictures.push(added);
      if (fault?.cut === "after") return request.socket.destroy();
      return json(response, 201, added);
    }
    if (request.method === "DELETE") {
      conversation.isDeleted = true;
      const [fault] = faults.splice(0, 1);
      if (fault?.cut === "after") return request.socket.destroy();
      return json(response, 200, { subject: id, at: "", counts: {}, kept: "留下单号。" });
    }
    if (draft)
      return file(response, WORD, drafts.get(draft), {
        code: "draft_unknown",
        detail: "没有这份草稿。",
      });
    if (planner) {
      const nothing = { code: "no_deadline_yet", detail: "目前还没有算得出日子的期限。" };
      return file(response, CALENDAR, calendars.get(planner), nothing);
    }
    if (!isMessages) {
      const everyReferral = request.url.endsWith("?referrals=true");
      return json(response, 200, snapshot(conversation, everyReferral));
    }

    const body = JSON.parse(await read(request));
    posted.push({ path: request.url, body, trace: request.headers.traceparent });
    const fault = faults.shift();
    if (fault?.cut === "before") return request.socket.destroy();
    if (fault?.status) return json(response, fault.status, fault.problem, fault.headers);
    const turn = take(conversation, body);
    if (fault?.cut === "after") return request.socket.destroy();
    return json(response, 200, turn);
  }

  return {
    conversations,
    drafts,
    calendars,
    tickets,
    faults,
    posted,
    opened: openedWith,
    handle,
    server: createServer(handle),
  };
}

function isWithPerson({ status }) {
  return status === "waiting" || status === "operator";
}

/** Starts the server on a free port and gives its origin. */
export function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function file(response, type, content, problem) {
  if (content === undefined) return json(response, 404, problem);
  response.writeHead(200, { "Content-Type": type });
  response.end(content);
}

function json(response, status, body, headers = {}) {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8`, ...headers });
  response.end(body === undefined ? "<html>Bad Gateway</html>" : JSON.stringify(body));
}
