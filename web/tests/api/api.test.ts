// @vitest-environment node
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, HelplineApi, type Session } from "../../widget/api/api";
import { createMockServer, listen } from "../mock-server.mjs";
import { aMessage, aProgress, aReferral, NOTICE } from "../samples";

const NO_PAUSE = [0, 0, 0];
const NO_OBSTACLE = { obstacle: async () => null };
const MESSAGE_ID = "5f0c2f1e-6f1f-4f6e-9f0e-1a2b3c4d5e6f";
const OTHER_ID = "5f0c2f1e-6f1f-4f6e-9f0e-1a2b3c4d5e70";
const PROXY = readFileSync(new URL("../../../deploy/nginx/server.conf", import.meta.url), "utf-8");

describe("the door to the service", () => {
  let mock: ReturnType<typeof createMockServer>;
  let api: HelplineApi;
  let session: Session;

  beforeEach(async () => {
    mock = createMockServer(
      (text) => ({ messages: [aMessage(`答：${text}`)], referral: aReferral() }),
      [aMessage("您好")],
      NOTICE,
    );
    api = new HelplineApi(await listen(mock.server), NO_PAUSE, NO_OBSTACLE);
    session = await api.open(NOTICE.version);
  });

  afterEach(() => mock.server.close());

  const said = () =>
    [...mock.conversations.values()][0]?.messages.map((message: { text: string }) => message.text);
  const failure = async (call: Promise<unknown>): Promise<ApiError> => {
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  it("opens a conversation with consent and greets", async () => {
    expect(await api.notice()).toEqual(NOTICE);
    const opened = await api.open(NOTICE.version);
    expect(opened).toMatchObject({ messages: [{ text: "您好" }] });
    const body = { channel: "web", consent: true, consent_version: NOTICE.version };
    expect(mock.opened.at(-1)).toEqual(body);
  });

  it("a line that breaks after the service has acted gives one turn, not two", async () => {
    mock.faults.push({ cut: "after" });
    const turn = await api.send(session, "商标被仿冒", MESSAGE_ID);
    expect(turn.messages.map((message) => message.text)).toEqual(["答：商标被仿冒"]);
    expect(said()).toEqual(["您好", "商标被仿冒", "答：商标被仿冒"]);
    expect(new Set(mock.posted.map(({ body }) => body.client_message_id))).toEqual(
      new Set([MESSAGE_ID]),
    );
  });

  it("a message and its retries are one trace, at random and another for the next", async () => {
    mock.faults.push({ cut: "after" });
    await api.send(session, "商标被仿冒", MESSAGE_ID);
    await api.send(session, "在赣州", MESSAGE_ID.replace("5", "6"));
    const traces = mock.posted.map(({ trace }) => trace);
    expect(traces).toEqual(
      Array(3).fill(expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)),
    );
    expect(traces.map((trace) => traces.indexOf(trace))).toEqual([0, 0, 2]);
  });

  it("adds a picture once, also where the line breaks, and lists what was added", async () => {
    mock.faults.push({ cut: "after" });
    const picture = { name: "门头.png", type: "image/png" as const, data: btoa("shop") };
    const added = await api.addPicture(session, picture);
    expect(added).toMatchObject({ name: "门头.png", size: 4, media_type: "image/png" });
    expect(await api.pictures(session)).toEqual([added]);
  });

  it("says in the service's words why a picture was not taken", async () => {
    const problem = { code: "no_open_ticket", detail: "先登记工单，再把图片发来。" };
    mock.faults.push({ status: 409, problem });
    const picture = { name: "门头.png", type: "image/png" as const, data: "" };
    expect(await failure(api.addPicture(session, picture))).toMatchObject({
      ...{ status: 409, message: "先登记工单，再把图片发来。", isPassing: false },
    });
  });

  it("a passing failure is tried again and told each time", async () => {
    mock.faults.push({ cut: "before" }, { status: 503 });
    let retries = 0;
    await api.send(session, "你好", MESSAGE_ID, () => retries++);
    expect(retries).toBe(2);
  });

  it("gives up after the last pause and says so in Chinese", async () => {
    mock.faults.push(...Array(4).fill({ status: 502 }));
    const error = await failure(api.send(session, "你好", MESSAGE_ID));
    expect(error.message).toBe("热线系统暂时出了故障，请稍后重试。");
    expect(mock.posted).toHaveLength(4);
  });

  it.each(["crowded", "away"])(
    "what the proxy says itself (%s) is shown, and the message goes again under its id",
    async (name) => {
      const [, status, body = ""] =
        new RegExp(`@helpline_${name}_problem \\{[^}]*?return (\\d+) '(.+)';`).exec(PROXY) ?? [];
      const problem = JSON.parse(body) as { detail: string };
      const refusal = { status: Number(status), problem, headers: { "Retry-After": "0" } };
      mock.faults.push(refusal);
      await api.send(session, "你好", MESSAGE_ID);
      expect(mock.posted).toMatchObject(Array(2).fill({ body: { client_message_id: MESSAGE_ID } }));
      mock.faults.push(...Array(4).fill(refusal));
      const error = await failure(api.send(session, "在吗", OTHER_ID));
      expect(error).toMatchObject({ message: problem.detail, isPassing: true });
    },
  );

  it("shows the problem's own Chinese detail and does not repeat what was refused", async () => {
    mock.faults.push({
      status: 422,
      problem: { code: "text_too_long", detail: "一次最多 2000 字。" },
    });
    const error = await failure(api.send(session, "长", MESSAGE_ID));
    expect(error).toMatchObject({
      message: "一次最多 2000 字。",
      code: "text_too_long",
      status: 422,
    });
    expect(mock.posted).toHaveLength(1);
  });

  it("leaves a long wait to the visitor", async () => {
    mock.faults.push({
      status: 429,
      problem: { detail: "请一分钟后再试。" },
      headers: { "Retry-After": "60" },
    });
    expect((await failure(api.send(session, "你好", MESSAGE_ID))).message).toBe("请一分钟后再试。");
    expect(mock.posted).toHaveLength(1);
  });

  it("brings the history, and what each message led to where it is asked for", async () => {
    await api.send(session, "商标被仿冒", MESSAGE_ID);
    const whole = await api.resume(session, true);
    const [visitor] = whole.messages.filter(({ role }) => role === "visitor");
    expect(whole.referrals).toMatchObject([{ message_id: visitor?.id, referral: { scope: "in" } }]);
    expect((await api.resume(session)).referrals).toEqual([]);
  });

  it("knows an unknown conversation as lost", async () => {
    const error = await failure(api.resume({ id: "gone", token: "x" }));
    expect(error.isLostSession).toBe(true);
  });

  it("fetches a draft as a file, with the conversation's token", async () => {
    mock.drafts.set("letter_reply", "the paper");
    const draft = await api.draft(session, "letter_reply");
    expect(await draft.text()).toBe("the paper");
    expect(
      (await failure(api.draft({ ...session, token: "x" }, "letter_reply"))).isLostSession,
    ).toBe(true);
  });

  it("says why a draft cannot be had", async () => {
    expect((await failure(api.draft(session, "love_letter"))).message).toBe("没有这份草稿。");
  });

  it("fetches the deadlines as a calendar file, or says why there is none", async () => {
    expect((await failure(api.calendar(session))).message).toBe("目前还没有算得出日子的期限。");
    mock.calendars.set(session.id, "BEGIN:VCALENDAR");
    expect(await (await api.calendar(session)).text()).toBe("BEGIN:VCALENDAR");
    expect((await failure(api.calendar({ ...session, token: "x" }))).isLostSession).toBe(true);
  });

  it("brings everything that is stored of a conversation", async () => {
    const everything = await api.export(session);
    expect(everything["说过的话"]).toMatchObject([{ text: "您好" }]);
    expect((await failure(api.export({ ...session, token: "x" }))).isLostSession).toBe(true);
  });

  it("deletes a conversation, which is known as deleted from then on", async () => {
    expect(await api.delete(session)).toMatchObject({ subject: session.id, kept: "留下单号。" });
    const error = await failure(api.resume(session));
    expect(error).toMatchObject({ isDeleted: true, message: "这段对话已经删除。" });
  });

  it("knows after a line that broke that the deletion was done", async () => {
    mock.faults.push({ cut: "after" });
    expect((await failure(api.delete(session))).isDeleted).toBe(true);
  });

  it("tells how far a ticket has come to whoever knows its code", async () => {
    mock.tickets.set("20261122-0007 AB 34", aProgress());
    expect(await api.progress("20261122-0007", "AB 34")).toEqual(aProgress());
    expect((await failure(api.progress("20261122-0007", "wrong"))).message).toContain(
      "没有查到这张工单",
    );
  });

  it("takes a page in place of an answer for a line that does not reach the service", async () => {
    mock.faults.push({ status: 200 }, { status: 200 });
    const turn = await api.send(session, "你好", MESSAGE_ID);
    expect(turn.messages).toHaveLength(1);
    expect(mock.posted).toHaveLength(3);
  });
});
