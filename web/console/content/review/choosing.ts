import { computed, type Ref, ref } from "vue";
import type { Waiting } from "../contract";

/** Together with the first; the service takes no more. */
export const MOST_BESIDE = 50;

/** Which of the revisions that wait are to be proved and put in use as one release. */
export function useChoice(
  waiting: Readonly<Ref<readonly Waiting[]>>,
  needsOther: (one: Waiting) => boolean,
) {
  const ids = ref(new Set<number>());
  /** In the order in which they wait; what was decided meanwhile is not among them. */
  const chosen = computed(() => waiting.value.filter(({ revision }) => ids.value.has(revision.id)));

  /** What keeps them from going together, in words; "" where nothing does. */
  const problem = computed(() => {
    const items = new Set(chosen.value.map(({ item }) => item.id));
    if (items.size < chosen.value.length) return "同一条选了两版，只能留一版。";
    if (chosen.value.some(needsOther)) return "选了您自己写的、要同事审核的，请去掉。";
    return chosen.value.length > MOST_BESIDE + 1 ? `一次最多 ${MOST_BESIDE + 1} 条。` : "";
  });

  function toggle(id: number): void {
    const now = new Set(ids.value);
    if (!now.delete(id)) now.add(id);
    ids.value = now;
  }

  return { chosen, problem, toggle, has: (id: number) => ids.value.has(id) };
}
