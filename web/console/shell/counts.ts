import { onScopeDispose, ref, type Ref, watch } from "vue";
import { conversations } from "../api/conversations";
import type { Inbox } from "../api/contract";
import { events } from "../api/events";
import { gathered } from "../parts/loading";

export type Counts = Inbox["counts"];

const TITLE = "工作台 · 江西知识产权维权援助热线";
const NONE: Counts = { unanswered: 0, mine: 0, watching: 0 };
const counts = ref<Counts>({ ...NONE });
/** Whether a list stands that looks the counts up anyway. */
let holders = 0;

/** How many conversations lie in the boxes. */
export function useCounts(): Ref<Counts> {
  return counts;
}

/** The same, for a list that keeps them up to date as long as it stands. */
export function holdCounts(): Ref<Counts> {
  holders += 1;
  onScopeDispose(() => (holders -= 1));
  return counts;
}

/** Keeps the counts while no list does, and tells them in the page's title. */
export function keepCounts(): void {
  async function look(): Promise<void> {
    if (holders > 0) return;
    counts.value = await conversations
      .inbox("unanswered")
      .then((inbox) => inbox.counts)
      .catch(() => counts.value);
  }
  const refresh = gathered(() => void look(), 600);
  const off = [
    events.on(
      refresh,
      "conversation.waiting",
      "conversation.claimed",
      "conversation.transferred",
      "conversation.handed_back",
      "conversation.closed",
      "conversation.abandoned",
      "approval.wanted",
      "approval.done",
    ),
    events.onGap(refresh),
    watch(counts, ({ unanswered }) => tellTitle(unanswered), { deep: true }),
  ];
  refresh();
  onScopeDispose(() => {
    off.forEach((end) => end());
    counts.value = { ...NONE };
    tellTitle(0);
  });
}

function tellTitle(unanswered: number): void {
  document.title = unanswered ? `(${unanswered}) ${TITLE}` : TITLE;
}
