import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from "vue";
import { conversations } from "../api/conversations";
import type { Box, InboxItem } from "../api/contract";
import { events } from "../api/events";
import { me } from "../api/session";
import { gathered, loaded } from "../parts/loading";
import { holdCounts } from "../shell/counts";
import { afterEvent } from "./happenings";
import { ordered } from "./ordering";
import { renewed } from "./renewing";

/** Where nothing is heard, the list is looked up all the same. */
const LOOK_EVERY_MS = 60_000;
/** Of what the bot alone has nothing is heard: while somebody looks at it, it is looked up. */
const LOOK_AT_ALL_EVERY_MS = 20_000;

/** One box of the inbox, kept up to date by what happens at the desk. */
export function useInbox(
  box: Ref<Box>,
  q: Ref<string>,
  openId: Ref<string>,
  ask: typeof conversations.inbox = conversations.inbox,
) {
  const items = shallowRef<InboxItem[]>([]);
  const counts = holdCounts();
  const looked = loaded(() => ask(box.value, q.value));
  const isFirst = ref(true);
  const next = ref<string | null>(null);

  async function load(): Promise<void> {
    await looked.load();
  }

  async function loadMore(): Promise<void> {
    if (!next.value) return;
    const page = await ask(box.value, q.value, next.value);
    const known = new Set(items.value.map(({ id }) => id));
    items.value = [...items.value, ...page.items.filter(({ id }) => !known.has(id))];
    next.value = page.before;
  }

  watch(looked.value, (answer) => {
    if (!answer) return;
    items.value = renewed(items.value, answer);
    if (items.value.length === answer.items.length) next.value = answer.before;
    counts.value = answer.counts;
    isFirst.value = false;
  });
  watch([box, q], () => {
    items.value = [];
    isFirst.value = true;
    void load();
  });

  const refresh = gathered(() => void load());
  const off = events.on((event) => {
    const outcome = afterEvent(box.value, items.value, event, me.value.id);
    items.value = outcome.items;
    if (outcome.isStale) refresh();
  });
  const offGap = events.onGap(refresh);
  const timer = setInterval(refresh, LOOK_EVERY_MS);
  const timerOfAll = setInterval(() => {
    if (box.value === "all" && document.visibilityState === "visible") refresh();
  }, LOOK_AT_ALL_EVERY_MS);
  onScopeDispose(() => {
    off();
    offGap();
    clearInterval(timer);
    clearInterval(timerOfAll);
  });
  void load();

  /** What one has open counts as read. */
  const shown = computed(() =>
    ordered(box.value, items.value).map((item) =>
      item.id === openId.value ? { ...item, unread: 0 } : item,
    ),
  );
  return { items: shown, counts, error: looked.error, isFirst, next, load, loadMore };
}
