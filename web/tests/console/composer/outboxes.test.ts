import { beforeEach, describe, expect, it } from "vitest";
import { effectScope } from "vue";
import { DeskError } from "../../../console/api/problems";
import type { Sender } from "../../../console/composer/outbox";
import { dropOutboxes, resendAll, useOutbox } from "../../../console/composer/outboxes";

const line = { isUp: false };
const taken: string[] = [];
const send: Sender = async (_, { text }) => {
  if (!line.isUp) throw new DeskError("网络不通，请检查网络后重试。");
  taken.push(text);
};

/** Opens a conversation; gives its outbox and what leaves it. */
function opened(account: number) {
  const page = effectScope();
  const outbox = page.run(() => useOutbox("c1", account, async () => {}, send))!;
  return { outbox, leave: () => page.stop() };
}

beforeEach(() => {
  localStorage.clear();
  dropOutboxes(null);
  line.isUp = false;
  taken.length = 0;
});

describe("answers that wait", () => {
  it("are sent although their conversation was left meanwhile", async () => {
    const { outbox, leave } = opened(1);
    await outbox.say("一");
    leave();
    line.isUp = true;
    await resendAll(1);
    expect([taken, opened(1).outbox.pending.value]).toEqual([["一"], []]);
  });

  it("are nobody else's: another account sends none of them", async () => {
    const { outbox } = opened(1);
    await outbox.say("一");
    line.isUp = true;
    await resendAll(2);
    expect(taken).toEqual([]);
    dropOutboxes(2);
    await resendAll(1);
    expect(taken).toEqual([]);
  });
});
