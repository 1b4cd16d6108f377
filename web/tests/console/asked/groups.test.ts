import { describe, expect, it } from "vitest";
import { effectScope, nextTick } from "vue";
import type { Group, Groups, WholeGroup } from "../../../console/asked/contract";
import { type Look, useGroups } from "../../../console/asked/groups";
import { answerPlace, newAnswerPlace, ticked } from "../../../console/asked/places";

function aGroup(id: number): Group {
  return {
    ...{ id, sentence: `第 ${id} 组`, count: 3, lately: 1, newest_at: "2026-11-22T10:00:00+08:00" },
    ...{ weeks: [], reasons: {}, nearest: null, aside: null, grown: false },
  };
}

const look: Look = async (standing, _, offset): Promise<Groups> => {
  const all = (standing === "open" ? [1, 2, 3] : [4]).map(aGroup);
  return {
    items: all.slice(offset, offset + 2),
    counts: { open: 3, aside: 1, not_ours: 0 },
    next: offset + 2 < all.length ? offset + 2 : null,
    built: null,
    waiting: 0,
  };
};

async function settled(): Promise<void> {
  for (let one = 0; one < 5; one++) await nextTick();
}

function anExample(turn_id: string, text: string): WholeGroup["examples"][number] {
  const at = "2026-11-22T10:00:00+08:00";
  return { turn_id, text, at, conversation_id: "c", reasons: [], labelled: false };
}

describe("groups of what people ask", () => {
  it("come by pages, each once", async () => {
    const { items, next, loadMore } = effectScope().run(() => useGroups(look))!;
    await settled();
    expect(items.value.map(({ id }) => id)).toEqual([1, 2]);
    await loadMore();
    expect([items.value.map(({ id }) => id), next.value]).toEqual([[1, 2, 3], null]);
  });

  it("are those that stand so once that is chosen", async () => {
    const { items, standing } = effectScope().run(() => useGroups(look))!;
    await settled();
    standing.value = "aside";
    await settled();
    expect(items.value.map(({ id }) => id)).toEqual([4]);
  });

  it("bring different wordings along to a new answer, and to one that is there", () => {
    const examples = [
      anExample("a", "能登记吗"),
      anExample("b", "能登记吗"),
      anExample("c", "可以登记不"),
    ];
    const group = { ...aGroup(7), examples, near: [], now: null };
    expect(ticked(group)).toEqual(["a", "c"]);
    expect(newAnswerPlace(group, ["能登记吗", "可以登记不"])).toEqual({
      path: "/content/new",
      query: {
        kind: "answer",
        title: "第 7 组",
        asks: ["能登记吗", "可以登记不"],
        from: "cluster:7",
      },
    });
    const near = { id: "cp-ai", title: "", file: "answers/c.yml", likeness: 0.8, distance: 0.2 };
    expect(answerPlace(near, 7, ["能登记吗"])).toEqual({
      path: "/content/edit/answer/answers/c.yml",
      query: { key: "cp-ai", asks: ["能登记吗"], from: "cluster:7" },
    });
  });
});
