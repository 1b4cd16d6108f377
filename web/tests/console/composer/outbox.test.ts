import { beforeEach, describe, expect, it, vi } from "vitest";
import { DeskError } from "../../../console/api/problems";
import { Outbox, type Sender } from "../../../console/composer/outbox";
import { Drafts } from "../../../console/keeping/drafts";

beforeEach(() => localStorage.clear());

function outbox(send: Sender): Outbox {
  return new Outbox("c1", new Drafts(1), send);
}

/** A service whose line breaks before (or, when `keeps`, after) it has taken a message in. */
function service() {
  const line = { isUp: true, keeps: false };
  const taken: string[] = [];
  const ids: string[] = [];
  const send: Sender = async (_, { text, client_message_id }) => {
    ids.push(client_message_id);
    const isNew = ids.indexOf(client_message_id) === ids.length - 1 || !taken.includes(text);
    if ((line.isUp || line.keeps) && isNew) taken.push(text);
    if (!line.isUp) throw new DeskError("网络不通，请检查网络后重试。");
  };
  return { line, taken, ids, send };
}

const states = (box: Outbox) => box.pending.value.map(({ text, state }) => [text, state]);

describe("answers on their way", () => {
  it("go one after another, in the order in which they were written", async () => {
    const { taken, send } = service();
    const box = outbox(send);
    await Promise.all([box.say("一"), box.say("二"), box.say("三")]);
    expect([taken, box.pending.value]).toEqual([["一", "二", "三"], []]);
  });

  it("wait while the line is down, and go by themselves in their order when it is back", async () => {
    const { line, taken, send } = service();
    const box = outbox(send);
    line.isUp = false;
    await Promise.all([box.say("一"), box.say("二")]);
    expect(states(box)).toEqual([
      ["一", "waiting"],
      ["二", "waiting"],
    ]);
    line.isUp = true;
    await Promise.all([box.resend(), box.resend()]);
    expect([taken, box.pending.value]).toEqual([["一", "二"], []]);
  });

  it("carry one id through all attempts, so that what arrived is not said twice", async () => {
    const { line, taken, ids, send } = service();
    const box = outbox(send);
    [line.isUp, line.keeps] = [false, true];
    await box.say("一");
    line.isUp = true;
    await box.resend();
    expect([ids.length, new Set(ids).size, taken]).toEqual([2, 1, ["一"]]);
  });

  it("let nothing newer overtake what waits", async () => {
    const { line, taken, send } = service();
    const box = outbox(send);
    line.isUp = false;
    await box.say("一");
    line.isUp = true;
    await box.say("二");
    expect([taken, box.pending.value]).toEqual([["一", "二"], []]);
  });

  it("are not sent again by themselves once the service has refused them", async () => {
    const refuse = vi.fn<Sender>(async () => {
      throw new DeskError("这段会话不归您接待。", 409, "not_yours");
    });
    const box = outbox(refuse);
    await box.say("一");
    await box.resend();
    expect([states(box), refuse.mock.calls.length]).toEqual([[["一", "failed"]], 1]);
    await box.again(box.pending.value[0]!.client_message_id);
    expect(refuse.mock.calls.length).toBe(2);
  });

  it("survive a reload: what is fresh waits, what is old is left to the operator", async () => {
    const { line, send } = service();
    line.isUp = false;
    await outbox(send).say("一");
    expect(states(outbox(send))).toEqual([["一", "waiting"]]);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(states(outbox(send))).toEqual([["一", "failed"]]);
    vi.useRealTimers();
  });

  it("can be taken back to be written anew", async () => {
    const { line, taken, send } = service();
    const box = outbox(send);
    line.isUp = false;
    await box.say("一");
    expect(box.takeBack(box.pending.value[0]!.client_message_id)).toBe("一");
    line.isUp = true;
    await box.resend();
    expect([taken, box.pending.value, localStorage.length]).toEqual([[], [], 0]);
  });

  it("say which suggestion they came from", async () => {
    const sent: unknown[] = [];
    const box = outbox(async (_, message) => void sent.push(message));
    await box.say("改过的", { suggestion_id: "s1", citations: [] });
    expect(sent).toMatchObject([{ text: "改过的", suggestion_id: "s1", citations: [] }]);
    expect(Object.keys(sent[0] as object).sort()).toEqual([
      ...["citations", "client_message_id", "suggestion_id", "text"],
    ]);
  });
});
