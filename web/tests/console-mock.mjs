/**
 * The desk's API in memory, and the built console before it: what the console is looked at and
 * tested with while no service runs. `node tests/console-mock.mjs [PORT]` serves it by hand.
 *
 * Everybody signs in with the password `desk`; the name is one of STAFF. Every person and matter in
 * it is invented.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { callRoutes } from "./console-mock-calls.mjs";
import { contentRoutes } from "./console-mock-content.mjs";
import { conversationRoutes } from "./console-mock-conversations.mjs";
import { officeRoutes } from "./console-mock-office.mjs";
import { ticketRoutes } from "./console-mock-tickets.mjs";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; font-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'self'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const WORK = ["chat", "tickets", "lookup", "content"];
export const STAFF = {
  zhou: [1, "周敏", "operator", WORK],
  chen: [2, "陈国平", "operator", WORK],
  liu: [3, "刘芳", "supervisor", [...WORK, "oversee", "figures", "publish"]],
  an: [6, "安静", "analyst", ["figures"]],
  admin: [4, "系统管理员", "admin", ["users", "audit", "settings", "figures"]],
  fresh: [5, "新同事", "operator", WORK],
};

/** A problem as the service tells it. */
export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    Object.assign(this, { status, code });
  }
}

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {URL} url
 * @property {Record<string, string>} params what the path's pattern names.
 * @property {any} body
 * @property {{id: number, name: string, display_name: string, role: string}} me
 *
 * A route is `["GET /inbox", (call) => answer]`; `{id}` in the path is a parameter. The answer is
 * JSON, or `{file, type}`.
 */

/**
 * @param {object} [options]
 * @param {boolean} [options.accounts] whether there is an account yet.
 * @param {object | null} [options.oidc]
 * @param {(desk: any) => [string, (call: Call) => any][]} [options.more] further rooms' routes.
 */
export function createDesk({ accounts = true, oidc = null, more = () => [] } = {}) {
  const desk = {
    accounts,
    oidc,
    streams: new Set(),
    /** @type {{path: string, method: string, body: any}[]} What was changed, in order. */
    changed: [],
    changedPassword: new Set(),
    presence: new Map(),
    lastEvent: 0,
    /** Tells all open consoles that something happened. */
    publish(kind, data) {
      const event = { kind, at: new Date().toISOString(), ...data };
      const text = `id: ${++desk.lastEvent}\nevent: ${kind}\ndata: ${JSON.stringify(event)}\n\n`;
      for (const stream of desk.streams) stream.write(text);
    },
  };
  const routes = [
    ...deskRoutes(desk),
    ...conversationRoutes(desk),
    ...ticketRoutes(desk),
    ...officeRoutes(desk),
    ...callRoutes(desk),
    ...contentRoutes(desk),
    ...more(desk),
  ].map(([pattern, act]) => ({ matches: compiled(pattern), act }));

  async function handle(request, response) {
    const url = new URL(request.url, "http://desk");
    try {
      if (!url.pathname.startsWith("/api/desk")) return await page(url.pathname, response);
      const path = url.pathname.slice("/api/desk".length);
      const me = whoIs(request);
      if (path === "/events" && me) return stream(desk, request, response);
      const body = await read(request);
      if (request.method !== "GET") desk.changed.push({ path, method: request.method, body });
      for (const { matches, act } of routes) {
        const params = matches(request.method, path);
        if (!params) continue;
        if (!me && !["/session", "/sign-in"].includes(path))
          throw new Problem(401, "not_signed_in", "请先登录工作台。");
        const answer = await act({ method: request.method, url, params, body, me, response });
        return answer?.file !== undefined ? file(response, answer) : json(response, 200, answer);
      }
      throw new Problem(404, "not_found", "没有这个地址。");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      json(response, error.status, { code: error.code, detail: error.message, ...error.more });
    }
  }

  return Object.assign(desk, { handle, server: createServer(handle) });
}

function deskRoutes(desk) {
  const asMe = (name) => {
    const [id, display_name, role, permissions] = STAFF[name];
    const must_change_password = name === "fresh" && !desk.changedPassword.has(name);
    const csrf = `csrf-${name}`;
    const oidc = Boolean(desk.oidc);
    return { id, name, display_name, role, permissions, must_change_password, csrf, oidc };
  };
  return [
    ["GET /sign-in", () => ({ oidc: desk.oidc, accounts: desk.accounts })],
    [
      "GET /session",
      ({ me }) => {
        if (!me) throw new Problem(401, "not_signed_in", "请先登录工作台。");
        return asMe(me.name);
      },
    ],
    [
      "POST /session",
      ({ body, response }) => {
        if (!STAFF[body.name] || body.password !== "desk")
          throw new Problem(401, "sign_in_wrong", "账号或密码不对，请核对后再试。");
        response.setHeader("Set-Cookie", `helpline_desk=${body.name}; HttpOnly; Path=/`);
        return asMe(body.name);
      },
    ],
    [
      "DELETE /session",
      ({ response }) => {
        response.setHeader("Set-Cookie", "helpline_desk=; Max-Age=0; Path=/");
        return null;
      },
    ],
    [
      "PUT /password",
      ({ me, body }) => {
        if (body.new.length < 10) throw new Problem(422, "password_weak", "新密码至少 10 个字符。");
        desk.changedPassword.add(me.name);
        return null;
      },
    ],
    ["PUT /presence", ({ me, body }) => (desk.presence.set(me.id, body.state), null)],
    ["GET /duty", () => ({ open: true, hours: "9:00–17:30", next: null })],
    [
      "GET /colleagues",
      () =>
        Object.values(STAFF)
          .filter(([, , role]) => ["operator", "supervisor"].includes(role))
          .map(([id, name, role], index) => ({
            id,
            name,
            role,
            state: desk.presence.get(id) ?? ["online", "online", "away", "offline"][index],
            open: [2, 4, 1, 0][index],
          })),
    ],
  ];
}

function whoIs(request) {
  const [, name] = /helpline_desk=(\w+)/.exec(request.headers.cookie ?? "") ?? [];
  if (!STAFF[name]) return null;
  const [id, display_name, role] = STAFF[name];
  return { id, name, display_name, role };
}

function stream(desk, request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": open\n\n");
  desk.streams.add(response);
  request.on("close", () => desk.streams.delete(response));
}

function compiled(pattern) {
  const [method, path] = pattern.split(" ");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const shape = new RegExp(`^${path.replace(/\./g, "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
  return (asked, where) => {
    const found = asked === method && shape.exec(where);
    return found
      ? Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1])]))
      : null;
  };
}

async function page(path, response) {
  const name = path === "/desk" ? "/console.html" : normalize(path);
  try {
    const content = await readFile(join(DIST, name));
    response.writeHead(200, {
      "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": POLICY,
    });
    response.end(content);
  } catch {
    json(response, 404, { code: "not_found", detail: "没有这个页面。" });
  }
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text && request.headers["content-type"]?.includes("json") ? JSON.parse(text) : text;
}

function file(response, { file: content, type }) {
  response.writeHead(200, { "Content-Type": type });
  response.end(content);
}

function json(response, status, body) {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` });
  response.end(JSON.stringify(body ?? null));
}

/** Starts the server and gives its origin; port 0 takes a free one. */
export function listen(server, port = 0) {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const origin = await listen(createDesk().server, Number(process.argv[2] ?? 8740));
  console.log(`${origin}/desk`);
}
