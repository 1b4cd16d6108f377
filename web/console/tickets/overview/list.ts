import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { events } from "../../api/events";
import { gathered } from "../../parts/loading";
import type { TicketItem, TicketPage } from "../contract";
import { listTickets } from "../desk";
import { type Filters, queryOf } from "../filters";

/** The tickets that the filters ask for, page by page; the first page follows what happens. */
export function useTicketList(filters: Ref<Filters>) {
  const pages = shallowRef<TicketPage[]>([]);
  const error = shallowRef<unknown>(null);
  const loading = ref(false);
  let newest = 0;

  /** Looks up as many pages as stand there; `deeper` one more. */
  async function load(deeper = false): Promise<void> {
    const mine = ++newest;
    const wanted = deeper ? pages.value.length + 1 : Math.max(1, pages.value.length);
    loading.value = true;
    try {
      const found = await look(wanted);
      if (mine !== newest) return;
      pages.value = found;
      error.value = null;
    } catch (problem) {
      if (mine === newest) error.value = problem;
    } finally {
      if (mine === newest) loading.value = false;
    }
  }

  async function look(wanted: number): Promise<TicketPage[]> {
    const found: TicketPage[] = [];
    let before: string | null = "";
    while (found.length < wanted && before !== null) {
      const page: TicketPage = await listTickets({ ...queryOf(filters.value), before });
      found.push(page);
      before = page.before;
    }
    return found;
  }

  const again = gathered(() => void load());
  const leaves = [
    events.on(again, "ticket.opened", "ticket.changed", "ticket.due"),
    events.onGap(again),
  ];
  onScopeDispose(() => {
    newest = -1;
    leaves.forEach((leave) => leave());
  });
  watch(
    () => JSON.stringify(queryOf(filters.value)),
    () => {
      pages.value = [];
      void load();
    },
    { immediate: true },
  );

  return {
    tickets: computed<TicketItem[]>(() => pages.value.flatMap(({ items }) => items)),
    counts: computed(() => pages.value[0]?.counts ?? {}),
    hasMore: computed(() => (pages.value.at(-1)?.before ?? null) !== null),
    isKnown: computed(() => pages.value.length > 0),
    ...{ error, loading, load },
  };
}
