import { describe, expect, it } from "vitest";
import { ref } from "vue";
import type { Waiting } from "../../../console/content/contract";
import { MOST_BESIDE, useChoice } from "../../../console/content/review/choosing";
import { anItem, aRevision } from "./samples";

const one = (id: number, item = id, author_id = 7): Waiting => ({
  item: anItem({ id: item }),
  revision: aRevision({ id, item_id: item, author_id, state: "in_review" }),
});
const mine = ({ revision }: Waiting) => revision.author_id === 1;
const idsOf = (all: readonly Waiting[]) => all.map(({ revision }) => revision.id);

describe("revisions that go into one release", () => {
  it("go in the order in which they wait, and out by a second tick", () => {
    const { chosen, problem, toggle } = useChoice(ref([one(1), one(2), one(3)]), mine);
    for (const id of [3, 2, 1, 2]) toggle(id);
    expect([idsOf(chosen.value), problem.value]).toEqual([[1, 3], ""]);
  });

  it("are no longer chosen once somebody decided them", () => {
    const waiting = ref([one(1), one(2)]);
    const { chosen, toggle } = useChoice(waiting, mine);
    [1, 2].forEach(toggle);
    waiting.value = [one(2)];
    expect(idsOf(chosen.value)).toEqual([2]);
  });

  it("are of different items, of others where two persons are asked for, and not too many", () => {
    const told = (waiting: Waiting[]) => {
      const { problem, toggle } = useChoice(ref(waiting), mine);
      idsOf(waiting).forEach(toggle);
      return problem.value;
    };
    expect(told([one(1, 5), one(2, 5)])).toContain("只能留一版");
    expect(told([one(1), one(2, 2, 1)])).toContain("要同事审核");
    const many = Array.from({ length: MOST_BESIDE + 2 }, (_, id) => one(id));
    expect(told(many)).toContain(`最多 ${MOST_BESIDE + 1} 条`);
    expect(told(many.slice(1))).toBe("");
  });
});
