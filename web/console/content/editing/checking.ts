import { onScopeDispose, ref, shallowRef } from "vue";
import type { LineProblem, Name } from "../contract";
import { desk } from "../desk";

const QUIET_MS = 1_500;

/** `old`: what is typed is newer than what was checked. */
export type Checking = "none" | "old" | "checking" | "done" | "failed";
export type Check = typeof desk.check;

/**
 * Asks the service what keeps a text from being loaded, once it is not typed for a moment. One is
 * asked at a time: it costs the service seconds.
 */
export function useCheck(check: Check = desk.check, quietMs = QUIET_MS) {
  const problems = shallowRef<LineProblem[]>([]);
  const state = ref<Checking>("none");
  let wanted: { name: Name; body: string } | null = null;
  let isBusy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The text as it is typed. */
  function typed(name: Name, body: string): void {
    wanted = { name: { ...name }, body };
    state.value = isBusy ? "checking" : "old";
    clearTimeout(timer);
    timer = setTimeout(() => void look(), quietMs);
  }

  async function look(): Promise<void> {
    if (isBusy || !wanted) return;
    const asked = wanted;
    wanted = null;
    isBusy = true;
    state.value = "checking";
    try {
      problems.value = (await check(asked.name, asked.body)).problems;
      if (!wanted) state.value = "done";
    } catch {
      if (!wanted) state.value = "failed";
    } finally {
      isBusy = false;
      if (wanted) {
        clearTimeout(timer);
        timer = setTimeout(() => void look(), quietMs);
      }
    }
  }

  /** What the service found when the text was handed in. */
  function found(told: LineProblem[]): void {
    clearTimeout(timer);
    wanted = null;
    problems.value = told;
    state.value = "done";
  }

  onScopeDispose(() => {
    clearTimeout(timer);
    wanted = null;
  });
  return { problems, state, typed, found };
}
