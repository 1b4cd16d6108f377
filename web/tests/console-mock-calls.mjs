/** Calls of the desk's API in memory. Numbers and matters in it are invented. */
import { randomUUID } from "node:crypto";
import { Problem } from "./console-mock.mjs";
import { aMessage } from "./console-mock-conversations.mjs";

const KNOWN = "13807911000";

export function callRoutes(desk) {
  const find = (id) => {
    const call = desk.conversations.get(id);
    if (call?.channel !== "phone") throw new Problem(404, "call_not_found", "没有找到这通来电。");
    return call;
  };
  /** A call rings at the extension of somebody of the staff. */
  desk.ring = (staff_id, caller = KNOWN, call_id = randomUUID()) =>
    desk.publish("call.ringing", {
      ...{ staff_id, caller, call_id },
      tickets: caller === KNOWN ? [[...desk.tickets.keys()][0]] : [],
    });
  return [
    [
      "POST /calls",
      ({ body, me }) => {
        if (!body.consent) throw new Problem(422, "no_consent", "来电者没有同意记录，不能开始。");
        const call = aCall(body.caller, me);
        desk.conversations.set(call.id, call);
        return { id: call.id, caller: body.caller };
      },
    ],
    [
      "GET /calls",
      ({ url, me }) => {
        const caller = url.searchParams.get("caller");
        if (!caller) return { calls: ownCalls(desk, me), tickets: [] };
        if (caller !== KNOWN) return { calls: [], tickets: [] };
        const [number, ticket] = [...desk.tickets][0];
        const { summary, opened_on } = ticket;
        const opened_at = new Date(Date.now() - 3 * 86_400_000).toISOString();
        return {
          calls: [
            { id: "c7", opened_at, summary: "问商标被仿怎么取证", ended: true, operator_id: 2 },
          ],
          tickets: [{ number, summary, opened_on, status_text: "待分派" }],
        };
      },
    ],
    [
      "POST /calls/{id}/heard",
      ({ params, body }) => {
        const call = find(params.id);
        call.messages.push(aMessage("visitor", body.text, 0));
        const told = { conversation_id: call.id, role: "visitor" };
        desk.publish("conversation.message", told);
        desk.publish("suggestions.ready", told);
        return null;
      },
    ],
    [
      "POST /calls/{id}/end",
      ({ params }) => {
        find(params.id).state = "closed";
        desk.publish("conversation.closed", { conversation_id: params.id });
        return null;
      },
    ],
  ];
}

function ownCalls(desk, me) {
  return [...desk.conversations.values()]
    .filter(({ channel, assignee }) => channel === "phone" && assignee?.id === me.id)
    .map(({ id, opened_at, state }) => ({
      ...{ id, opened_at, operator_id: me.id, summary: "", ended: state === "closed" },
    }));
}

function aCall(caller, me) {
  const at = new Date().toISOString();
  return {
    ...{ id: randomUUID(), channel: "phone", state: "operator", waiting_since: null },
    assignee: { id: me.id, name: me.display_name },
    ...{ summary: null, right: null, situation: null, city: null, urgent: false, ticket: null },
    ...{ tags: [], approval: false, unread: 0, opened_at: at, watched: new Set(), viewers: [] },
    ...{ notes: [], facts: caller ? { contact: caller } : {} },
    messages: [aMessage("system", "来电者口头同意记录。", 0)],
  };
}
