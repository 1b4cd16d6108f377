import { computed, onScopeDispose, ref, watch } from "vue";
import { conversations } from "../api/conversations";
import { LONGEST_MESSAGE, type Suggestion } from "../api/contract";
import type { Drafts } from "../keeping/drafts";
import type { Origin } from "./outbox";

const TELL_TYPING_EVERY_MS = 4_000;

/** The length of a text as the service counts it, in code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** `/` in an empty box looks for a canned reply; a Chinese input method writes `、` for that key. */
export function cannedQuery(text: string): string | null {
  const [, query] = /^\s*[/、／]([^\n]{0,20})$/.exec(text) ?? [];
  return query ?? null;
}

/** `added` at the cursor of a text, on a line of its own where something stands before it. */
export function insertedAt(text: string, cursor: number, added: string): string {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const gap = before.trim() && !before.endsWith("\n") ? "\n" : "";
  return `${before.trim() ? before : ""}${gap}${added}${after}`;
}

/** What is being written in one conversation; it survives a reload. */
export function useWriting(conversation: string, drafts: Drafts) {
  const place = `reply:${conversation}`;
  const text = ref(drafts.get(place));
  const origin = ref<Origin | null>(null);
  const excess = computed(() => Math.max(0, lengthOf(text.value.trim()) - LONGEST_MESSAGE));
  const canSend = computed(() => text.value.trim() !== "" && excess.value === 0);
  let toldAt = 0;

  watch(text, (now) => {
    drafts.set(place, now);
    if (!now.trim()) origin.value = null;
    tellTyping(now.trim() !== "");
  });

  /** The visitor may see that an answer is being written; it is no harm where that is not told. */
  function tellTyping(isTyping: boolean): void {
    const isFresh = Date.now() - toldAt < TELL_TYPING_EVERY_MS;
    const isNews = isTyping ? !isFresh : toldAt !== 0;
    if (!isNews) return;
    toldAt = isTyping ? Date.now() : 0;
    void conversations.typing(conversation, isTyping).catch(() => {});
  }
  onScopeDispose(() => tellTyping(false));

  function insert(suggestion: Pick<Suggestion, "id" | "text" | "citations">, cursor: number): void {
    text.value = insertedAt(text.value, cursor, suggestion.text);
    origin.value = { suggestion_id: suggestion.id, citations: suggestion.citations };
  }

  /** Empties the box; gives what stood in it. */
  function take(): { text: string; origin: Origin | null } {
    const taken = { text: text.value.trim(), origin: origin.value };
    text.value = "";
    return taken;
  }

  return { text, origin, excess, canSend, insert, take };
}
