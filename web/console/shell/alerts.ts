import { onScopeDispose } from "vue";
import { useRouter } from "vue-router";
import { conversations } from "../api/conversations";
import type { DeskEvent } from "../api/contract";
import { events } from "../api/events";
import { me } from "../api/session";
import { notify, wouldNotify } from "./notifications";

/** Desktop notifications of what needs this operator while he looks at something else. */
export function startAlerts(): void {
  const router = useRouter();

  function open(event: DeskEvent, box: string): () => void {
    return () => void router.push({ name: "inbox", params: { box, id: event.conversation_id! } });
  }

  /** Whose a conversation is, the inbox tells; it is asked only where a notice would be shown. */
  async function isMine({ conversation_id }: DeskEvent): Promise<boolean> {
    if (!wouldNotify()) return false;
    const mine = await conversations.inbox("mine").catch(() => null);
    return mine?.items.some(({ id }) => id === conversation_id) ?? false;
  }

  async function tell(event: DeskEvent): Promise<void> {
    const tag = `desk-${event.conversation_id}`;
    if (event.kind === "conversation.waiting")
      notify("有来访者等待接待", tag, open(event, "unanswered"));
    if (event.kind === "approval.wanted")
      notify("有一条自动答复等您核对", tag, open(event, "unanswered"));
    const isHeard = event.kind === "conversation.message" && event.role === "visitor";
    if (isHeard && event.state === "operator" && (await isMine(event)))
      notify("您接待的来访者有新消息", tag, open(event, "mine"));
    const isForMe = event.kind === "conversation.transferred" && event.to === me.value.id;
    if (isForMe) notify("同事转来一段会话", tag, open(event, "mine"));
  }

  onScopeDispose(events.on((event) => void tell(event)));
}
