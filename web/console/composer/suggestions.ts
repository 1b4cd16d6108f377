import { computed, onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { conversations } from "../api/conversations";
import type { RejectReason, Suggestion, SuggestionSet } from "../api/contract";
import { events } from "../api/events";
import { gathered } from "../parts/loading";

/** A suggestion with the number of its keys. */
export interface Offered extends Suggestion {
  place: number;
}

/**
 * Those that were neither used nor rejected. Each keeps its number as long as the set stands, so that
 * a key that is pressed once more never sends another one.
 */
export function stillOffered(set: SuggestionSet | null, gone: ReadonlySet<string>): Offered[] {
  return (set?.suggestions ?? [])
    .map((suggestion, index) => ({ ...suggestion, place: index + 1 }))
    .filter(({ id, state = "offered" }) => state === "offered" && !gone.has(id));
}

/** What is suggested in one conversation, kept up to date. */
export function useSuggestions(conversation: string, isWanted: Ref<boolean>) {
  const set = shallowRef<SuggestionSet | null>(null);
  const gone = shallowRef<ReadonlySet<string>>(new Set());

  /** Without suggestions one answers by oneself: that they are away is no failure to tell of. */
  async function load(): Promise<void> {
    if (!isWanted.value) return;
    const fresh = await conversations.suggestions(conversation).catch(() => undefined);
    if (fresh !== undefined) set.value = fresh;
  }

  const refresh = gathered(() => void load(), 100);
  const off = events.on(
    ({ conversation_id }) => conversation_id === conversation && refresh(),
    "suggestions.ready",
    "conversation.facts",
    "conversation.claimed",
  );
  const offGap = events.onGap(refresh);
  onScopeDispose(() => {
    off();
    offGap();
  });
  watch(isWanted, load, { immediate: true });

  const offered = computed(() => stillOffered(set.value, gone.value));

  /** Takes one away that was used or rejected. */
  function drop(id: string): void {
    gone.value = new Set([...gone.value, id]);
  }

  async function reject(one: Suggestion, reason: RejectReason, words: string): Promise<void> {
    await conversations.reject(one.id, reason, words);
    drop(one.id);
  }

  return { set, offered, drop, reject };
}
