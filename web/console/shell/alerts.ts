import { onScopeDispose } from "vue";
import { useRouter } from "vue-router";
import type { DeskEvent } from "../api/contract";
import { events } from "../api/events";
import { me } from "../api/session";
import { notify } from "./notifications";

/** Desktop notifications of what needs this operator while he looks at something else. */
export function startAlerts(): void {
  const router = useRouter();

  function open(event: DeskEvent, box: string): () => void {
    return () => void router.push({ name: "inbox", params: { box, id: event.conversation_id! } });
  }

  function tell(event: DeskEvent): void {
    const tag = `desk-${event.conversation_id}`;
    if (event.kind === "conversation.waiting")
      notify(
        event.urgent ? "紧急：有访客等待接待" : "有访客等待接待",
        tag,
        open(event, "unanswered"),
      );
    if (event.kind === "approval.wanted")
      notify("有一条自动答复等您核对", tag, open(event, "unanswered"));
    const isMine = event.assignee_id === me.value.id;
    if (event.kind === "conversation.message" && event.role === "visitor" && isMine)
      notify("您接待的访客有新消息", tag, open(event, "mine"));
    const isForMe = event.kind === "conversation.transferred" && event.to_id === me.value.id;
    if (isForMe) notify("同事转来一段会话", tag, open(event, "mine"));
  }

  onScopeDispose(events.on(tell));
}
