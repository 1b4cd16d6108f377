import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { serviceNow } from "../api/clock";
import { conversations } from "../api/conversations";
import type { Conversation, DeskEvent, DeskMessage } from "../api/contract";
import { events } from "../api/events";
import { me } from "../api/session";
import { gathered } from "../parts/loading";
import { useNow } from "../parts/times";
import { afterSign, type Company, companyOf, present } from "./company";
import { withEarlier, withNewest } from "./merging";

/** How long a notice that the visitor types stands without being repeated. */
const TYPING_STANDS_MS = 8_000;
const VIEWING_EVERY_MS = 20_000;

/** Kinds that say nothing of the conversation itself. */
const PASSING = new Set(["conversation.typing", "conversation.viewers", "suggestions.ready"]);

/** One open conversation: what it is, its messages, who else is at it. */
export function useConversation(id: string) {
  const conversation = shallowRef<Conversation | null>(null);
  const messages = shallowRef<DeskMessage[]>([]);
  const hasEarlier = ref(false);
  const error = shallowRef<unknown>(null);
  const typesUntil = ref(0);
  const company = shallowRef<Company>(new Map());
  const now = useNow(2_000);

  async function load(): Promise<void> {
    try {
      const read = await conversations.read(id);
      show(read);
      error.value = null;
    } catch (problem) {
      error.value = problem;
    }
  }

  function show(read: Conversation): void {
    const known = messages.value;
    messages.value = withNewest(known, read);
    const isSameBeginning = known.length > 0 && messages.value[0]?.id === known[0]?.id;
    if (!isSameBeginning) hasEarlier.value = read.more;
    company.value = companyOf(
      read.viewers.filter((viewer) => viewer.id !== me.value.id),
      serviceNow(),
    );
    conversation.value = read;
  }

  async function loadEarlier(): Promise<void> {
    const first = messages.value[0];
    if (!first || !hasEarlier.value) return;
    const page = await conversations.messages(id, first.id);
    messages.value = withEarlier(messages.value, page);
    hasEarlier.value = page.more;
  }

  function hear(event: DeskEvent): void {
    const isTyping = event.kind === "conversation.typing" && event.by === "visitor";
    const hasSpoken = event.kind === "conversation.message" && event.role === "visitor";
    if (isTyping) typesUntil.value = event.typing ? serviceNow() + TYPING_STANDS_MS : 0;
    if (hasSpoken) typesUntil.value = 0;
    company.value = afterSign(company.value, event, me.value.id, serviceNow());
    if (!PASSING.has(event.kind)) refresh();
  }

  const refresh = gathered(() => void load(), 120);
  const offEvents = events.on((event) => event.conversation_id === id && hear(event));
  const offGap = events.onGap(refresh);

  /** Tells colleagues that we look at it, as long as we do. */
  async function tellViewing(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const others = await conversations.viewing(id).catch(() => null);
    if (others) company.value = companyOf(others, serviceNow());
  }
  const viewingTimer = setInterval(() => void tellViewing(), VIEWING_EVERY_MS);
  void load().then(tellViewing);

  onScopeDispose(() => {
    offEvents();
    offGap();
    clearInterval(viewingTimer);
    void conversations.viewing(id, true).catch(() => {});
  });

  const isMine = computed(
    () =>
      conversation.value?.status === "operator" && conversation.value.assignee?.id === me.value.id,
  );
  return {
    conversation,
    messages,
    hasEarlier,
    error,
    visitorTypes: computed(() => typesUntil.value > now.value),
    isMine,
    others: computed(() => present(company.value, now.value)),
    load,
    loadEarlier,
  };
}

export type Live = ReturnType<typeof useConversation>;
