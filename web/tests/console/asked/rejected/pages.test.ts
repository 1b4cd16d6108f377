import { describe, expect, it } from "vitest";
import { effectScope, nextTick } from "vue";
import type { Gap } from "../../../../console/asked/rejected/contract";
import { type Look, useGaps } from "../../../../console/asked/rejected/pages";
import { DeskError } from "../../../../console/api/problems";

function aGap(id: number, reason: Gap["reason"]): Gap {
  return {
    ...{ id, reason, conversation_id: "c1", at: "2026-11-22T10:00:00+08:00", by: "王芳" },
    ...{ words: null, kind: "reply", source: null, question: "能投诉吗", text: "可以" },
    ...{ intent: "infringed", situation: "infringed", right: "trademark" },
  };
}

/** Four gaps, two a page. */
const look: Look = async (reason, before) => {
  const all = [4, 3, 2, 1].map((id) => aGap(id, id === 3 ? "tone" : "wrong_law"));
  const wanted = all.filter((gap) => !reason || gap.reason === reason);
  const rest = wanted.filter(({ id }) => before === null || id < before);
  const items = rest.slice(0, 2);
  const counts = { wrong_law: 3, tone: 1 };
  return { items, counts, before: rest.length > 2 ? items.at(-1)!.id : null };
};

async function settled(): Promise<void> {
  for (let one = 0; one < 5; one++) await nextTick();
}

const shown = (ask: Look) => effectScope().run(() => useGaps(ask))!;

describe("gaps in the knowledge", () => {
  it("come by pages, the newest first, with how many there are of each reason", async () => {
    const { items, next, numbers, loadMore } = shown(look);
    await settled();
    expect(items.value.map(({ id }) => id)).toEqual([4, 3]);
    expect(numbers.value).toEqual({ "": 4, wrong_law: 3, tone: 1 });
    await loadMore();
    expect([items.value.map(({ id }) => id), next.value]).toEqual([[4, 3, 2, 1], null]);
  });

  it("are those of one reason once it is chosen", async () => {
    const { items, reason } = shown(look);
    await settled();
    reason.value = "tone";
    await settled();
    expect(items.value.map(({ id }) => id)).toEqual([3]);
  });

  it("can be asked for again after a failure", async () => {
    let isDown = true;
    const { first } = shown(async (...asked) => {
      if (isDown) throw new DeskError("网络不通");
      return look(...asked);
    });
    await settled();
    expect([first.error.value instanceof DeskError, first.value.value]).toEqual([true, null]);
    isDown = false;
    await first.load();
    expect([first.error.value, first.value.value?.items.length]).toEqual([null, 2]);
  });
});
