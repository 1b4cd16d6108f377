import { onScopeDispose, watch } from "vue";
import { events } from "../api/events";
import { session } from "../api/session";
import { Drafts } from "../keeping/drafts";
import { Outbox, type Sender } from "./outbox";

/** Where the line stands and one answer all the same did not get through. */
const AGAIN_EVERY_MS = 15_000;

/**
 * The outboxes by account and conversation. One in which something waits goes on when its
 * conversation is left.
 */
const outboxes = new Map<string, Outbox>();

/** The outbox of a conversation that is open; `sent` is called after each confirmed answer. */
export function useOutbox(
  conversation: string,
  account: number,
  sent: () => Promise<unknown>,
  send?: Sender,
): Outbox {
  const key = `${account}:${conversation}`;
  const outbox = outboxes.get(key) ?? new Outbox(conversation, new Drafts(account), send);
  outboxes.set(key, outbox);
  outbox.sent = sent;
  onScopeDispose(() => {
    if (outbox.sent === sent) outbox.sent = async () => {};
    if (outbox.pending.value.length === 0) outboxes.delete(key);
  });
  void outbox.resend();
  return outbox;
}

/** Sends what waits in every conversation of one account. */
export async function resendAll(account: number): Promise<void> {
  const own = [...outboxes].filter(([key]) => key.startsWith(`${account}:`));
  await Promise.all(own.map(([, outbox]) => outbox.resend()));
}

/** Lets nothing wait on that belongs to anybody but this account. */
export function dropOutboxes(but: number | null): void {
  for (const key of outboxes.keys()) if (!key.startsWith(`${but}:`)) outboxes.delete(key);
}

/** As long as the component stands, what waits is sent again whenever the connection is back. */
export function keepSending(): void {
  const again = () => void (session.me && resendAll(session.me.id));
  const offGap = events.onGap(again);
  const timer = setInterval(again, AGAIN_EVERY_MS);
  addEventListener("online", again);
  watch(
    () => session.me?.id ?? null,
    (account) => {
      if (account !== null || !session.hasExpired) dropOutboxes(account);
    },
  );
  onScopeDispose(() => {
    offGap();
    clearInterval(timer);
    removeEventListener("online", again);
  });
}
