import { type Ref, ref } from "vue";
import type { Decision, TransferTo } from "../api/contract";
import { conversations } from "../api/conversations";
import { DeskError } from "../api/problems";
import { failed, told } from "../parts/toast";
import type { Ending } from "./dialogs/EndDialog.vue";
import type { Live } from "./live";

export type Dialog = "transfer" | "ticket" | "move" | Ending | null;

/** What an operator does with a conversation as a whole. */
export function useActing(id: string, live: Live, isWatched: Ref<boolean>) {
  const busy = ref(false);
  const dialog = ref<Dialog>(null);

  /** Does it once at a time; a refusal shows how things stand by now. */
  async function act(what: Promise<unknown>, words: string): Promise<boolean> {
    busy.value = true;
    try {
      await what;
      dialog.value = null;
      if (words) told(words);
      return true;
    } catch (error) {
      failed(error);
      return error instanceof DeskError && error.code === "already_yours";
    } finally {
      busy.value = false;
      await live.load();
    }
  }

  async function end(note: string): Promise<void> {
    if (dialog.value === "close") await act(conversations.close(id, note), "已结束服务");
    else await act(conversations.handBack(id, note), "已交回自动应答");
  }

  async function watch(): Promise<void> {
    const isOn = !isWatched.value;
    const change = isOn ? conversations.watch(id) : conversations.unwatch(id);
    if (await act(change, isOn ? "已关注" : "不再关注")) isWatched.value = isOn;
  }

  return {
    busy,
    dialog,
    claim: () => act(conversations.claim(id), ""),
    transfer: (to: TransferTo) => act(conversations.transfer(id, to), "已转交"),
    decide: (turn: string, decision: Decision, text?: string) =>
      act(
        conversations.decide(turn, decision, text),
        decision === "reject" ? "没有发出" : "已发出",
      ),
    end,
    watch,
  };
}
