import { beforeEach, describe, expect, it } from "vitest";
import { DeskError } from "../../../console/api/problems";
import { Outbox, type Sender } from "../../../console/composer/outbox";
import { Drafts } from "../../../console/keeping/drafts";

beforeEach(() => localStorage.clear());

function outbox(send: Sender): Outbox {
  return new Outbox("c1", new Drafts(1), async () => {}, send);
}

describe("answers on their way", () => {
  it("go one after another, in the order in which they were written", async () => {
    const said: string[] = [];
    const box = outbox(async (_, { text }) => void said.push(text));
    await Promise.all([box.say("一"), box.say("二"), box.say("三")]);
    expect([said, box.pending.value]).toEqual([["一", "二", "三"], []]);
  });

  it("keep their id through all attempts, so that none is said twice", async () => {
    const ids: string[] = [];
    const box = outbox(async (_, { client_message_id }) => {
      ids.push(client_message_id);
      if (ids.length === 1) throw new DeskError("网络不通，请检查网络后重试。");
    });
    await box.say("一");
    const failed = box.pending.value[0]!;
    expect([failed.state, failed.problem]).toEqual(["failed", "网络不通，请检查网络后重试。"]);
    await box.again(failed.client_message_id);
    expect([new Set(ids).size, box.pending.value]).toEqual([1, []]);
  });

  it("survive a reload where nobody knows whether they arrived", async () => {
    const refuse: Sender = async () => {
      throw new DeskError("服务暂时出了故障，请稍后重试。", 503);
    };
    await outbox(refuse).say("一");
    const again = outbox(async () => {});
    expect(again.pending.value.map(({ text, state }) => [text, state])).toEqual([["一", "failed"]]);
  });

  it("can be taken back to be written anew", async () => {
    const box = outbox(async () => {
      throw new DeskError("这段会话不归您接待。", 409, "not_yours");
    });
    await box.say("一");
    expect(box.takeBack(box.pending.value[0]!.client_message_id)).toBe("一");
    expect([box.pending.value, localStorage.length]).toEqual([[], 0]);
  });

  it("say which suggestion they came from", async () => {
    const sent: unknown[] = [];
    const box = outbox(async (_, message) => void sent.push(message));
    await box.say("改过的", { suggestion_id: "s1", citations: [] });
    expect(sent).toMatchObject([{ text: "改过的", suggestion_id: "s1", citations: [] }]);
    expect(Object.keys(sent[0] as object)).not.toContain("state");
  });
});
