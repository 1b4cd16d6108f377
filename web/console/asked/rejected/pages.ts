import { computed, ref, shallowRef, watch } from "vue";
import type { RejectReason } from "../../api/contract";
import { door } from "../../api/http";
import { loaded } from "../../parts/loading";
import type { Gap, Gaps } from "./contract";

/** A page of gaps, the newest first; `before` the id of one that is shown. All throw DeskError. */
export type Look = (reason: RejectReason | "", before: number | null) => Promise<Gaps>;

const look: Look = (reason, before) => door.get<Gaps>("/gaps", { reason, before });

/** The gaps of a reason, or of all, as far as they were asked for. */
export function useGaps(ask: Look = look) {
  const reason = ref<RejectReason | "">("");
  const items = shallowRef<Gap[]>([]);
  const next = ref<number | null>(null);
  const counts = shallowRef<Gaps["counts"]>({});
  const first = loaded(() => ask(reason.value, null));

  watch(first.value, (page) => {
    if (page) [items.value, next.value, counts.value] = [page.items, page.before, page.counts];
  });
  watch(reason, () => {
    first.value.value = null;
    void first.load();
  });
  void first.load();

  async function loadMore(): Promise<void> {
    const asked = reason.value;
    const page = await ask(asked, next.value);
    if (asked !== reason.value) return;
    items.value = [...items.value, ...page.items];
    next.value = page.before;
  }

  /** How many there are of each reason, and in all under "". */
  const numbers = computed<Record<string, number>>(() => ({
    ...counts.value,
    "": Object.values(counts.value).reduce((sum, number) => sum + number, 0),
  }));

  return { reason, items, next, numbers, first, loadMore };
}
