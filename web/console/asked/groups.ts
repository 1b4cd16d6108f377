import { computed, ref, shallowRef, watch } from "vue";
import { loaded } from "../parts/loading";
import type { Group, Groups, Reason, Standing } from "./contract";
import { desk } from "./desk";

/** A page of groups from an offset on. It throws DeskError. */
export type Look = (standing: Standing, reason: Reason | "", offset: number) => Promise<Groups>;

/** The groups that stand so and have a reason, as far as they were asked for. */
export function useGroups(look: Look = desk.groups) {
  const standing = ref<Standing>("open");
  const reason = ref<Reason | "">("");
  const items = shallowRef<Group[]>([]);
  const next = ref<number | null>(null);
  const first = loaded(() => look(standing.value, reason.value, 0));

  watch(first.value, (page) => {
    if (page) [items.value, next.value] = [page.items, page.next];
  });
  watch([standing, reason], () => {
    first.value.value = null;
    void first.load();
  });
  void first.load();

  async function loadMore(): Promise<void> {
    const asked = [standing.value, reason.value] as const;
    const page = await look(...asked, next.value ?? 0);
    if (asked[0] !== standing.value || asked[1] !== reason.value) return;
    const shown = new Set(items.value.map(({ id }) => id));
    items.value = [...items.value, ...page.items.filter(({ id }) => !shown.has(id))];
    next.value = page.next;
  }

  const counts = computed(() => first.value.value?.counts);
  const built = computed(() => first.value.value?.built ?? null);
  return { standing, reason, items, next, counts, built, first, loadMore };
}
