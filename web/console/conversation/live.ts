import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { conversations } from "../api/conversations";
import type { Conversation, DeskEvent, DeskMessage } from "../api/contract";
import { events } from "../api/events";
import { me } from "../api/session";
import { gathered } from "../parts/loading";
import { withEarlier, withNewest } from "./merging";

/** How long a notice that somebody types stands without being repeated. */
const TYPING_STANDS_MS = 6_000;
const VIEWING_EVERY_MS = 20_000;

/** Kinds that say nothing of the conversation's head. */
const PASSING = new Set(["conversation.typing", "conversation.viewers", "suggestions.ready"]);

/** One open conversation: its head, its messages, who else is at it. */
export function useConversation(id: string) {
  const conversation = shallowRef<Conversation | null>(null);
  const messages = shallowRef<DeskMessage[]>([]);
  const hasEarlier = ref(false);
  const error = shallowRef<unknown>(null);
  const visitorTypes = ref(false);
  let typingTimer: ReturnType<typeof setTimeout> | undefined;

  async function loadHead(): Promise<void> {
    conversation.value = await conversations.read(id);
  }

  async function loadNewest(): Promise<void> {
    const page = await conversations.messages(id);
    const wasKnown = messages.value;
    messages.value = withNewest(wasKnown, page);
    const kept = messages.value[0]?.id === wasKnown[0]?.id;
    if (!kept || wasKnown.length === 0) hasEarlier.value = page.more;
  }

  async function load(): Promise<void> {
    try {
      await Promise.all([loadHead(), loadNewest()]);
      error.value = null;
    } catch (problem) {
      error.value = problem;
    }
  }

  async function loadEarlier(): Promise<void> {
    const first = messages.value[0];
    if (!first || !hasEarlier.value) return;
    const page = await conversations.messages(id, first.id);
    messages.value = withEarlier(messages.value, page);
    hasEarlier.value = page.more;
  }

  function heardTyping(event: DeskEvent): void {
    clearTimeout(typingTimer);
    visitorTypes.value = event.typing !== false;
    typingTimer = setTimeout(() => (visitorTypes.value = false), TYPING_STANDS_MS);
  }

  const refresh = gathered(() => void load(), 120);
  const offEvents = events.on((event) => {
    if (event.conversation_id !== id) return;
    const isVisitor = event.role === "visitor";
    if (event.kind === "conversation.typing" && isVisitor) heardTyping(event);
    if (event.kind === "conversation.message" && isVisitor) visitorTypes.value = false;
    if (event.kind === "conversation.viewers" || event.kind === "conversation.typing")
      hearCompany(event);
    if (!PASSING.has(event.kind)) refresh();
  });
  const offGap = events.onGap(refresh);

  function hearCompany({ viewers, kind, role }: DeskEvent): void {
    if (!conversation.value) return;
    if (viewers) conversation.value = { ...conversation.value, viewers };
    else if (kind === "conversation.viewers" || role !== "visitor") refresh();
  }

  /** Tells colleagues that we look at it, as long as we do. */
  async function tellViewing(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const answer = await conversations.viewing(id).catch(() => null);
    if (answer?.viewers && conversation.value)
      conversation.value = { ...conversation.value, viewers: answer.viewers };
  }
  const viewingTimer = setInterval(() => void tellViewing(), VIEWING_EVERY_MS);
  void load().then(tellViewing);

  onScopeDispose(() => {
    offEvents();
    offGap();
    clearInterval(viewingTimer);
    clearTimeout(typingTimer);
  });

  const isMine = computed(
    () =>
      conversation.value?.status === "operator" && conversation.value.assignee?.id === me.value.id,
  );
  const others = computed(
    () => conversation.value?.viewers.filter((viewer) => viewer.id !== me.value.id) ?? [],
  );
  return {
    conversation,
    messages,
    hasEarlier,
    error,
    visitorTypes,
    isMine,
    others,
    load,
    loadEarlier,
  };
}

export type Live = ReturnType<typeof useConversation>;
