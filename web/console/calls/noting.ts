import { computed } from "vue";
import type { Origin } from "../composer/outbox";
import { useOutbox } from "../composer/outboxes";
import { noteHeard } from "./desk";

/** Whose words are written down. */
export type Voice = "heard" | "said";

/**
 * What is written down of a call: what the caller says, and what he is told. Both wait in outboxes
 * of their own, so that neither is lost nor noted twice when the line is down.
 */
export function useNoting(call: string, account: number, noted: () => Promise<unknown>) {
  const heard = useOutbox(`${call}:heard`, account, noted, (_, { text, client_message_id }) =>
    noteHeard(call, text, client_message_id),
  );
  const said = useOutbox(call, account, noted);
  const pending = computed(() => [...heard.pending.value, ...said.pending.value]);
  const boxOf = (id: string) =>
    heard.pending.value.some((one) => one.client_message_id === id) ? heard : said;

  return {
    pending,
    note: (voice: Voice, text: string, origin: Origin | null = null) =>
      voice === "heard" ? heard.say(text) : said.say(text, origin),
    again: (id: string) => boxOf(id).again(id),
    takeBack(id: string): { voice: Voice; text: string } {
      const box = boxOf(id);
      return { voice: box === heard ? "heard" : "said", text: box.takeBack(id) };
    },
  };
}
