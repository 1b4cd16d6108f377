import { onScopeDispose, reactive, ref } from "vue";
import type { Duty, Presence } from "../api/contract";
import { events } from "../api/events";
import { door } from "../api/http";
import { gathered } from "../parts/loading";

const DUTY_EVERY_MS = 60_000;

export interface PresenceSwitch {
  state: Presence;
  /** null until it is known. */
  duty: Duty | null;
  problem: unknown;
  toggle: () => Promise<void>;
}

/**
 * Tells the service that somebody is there, and asks whether it is an hour for people. The open
 * stream of events keeps the presence alive.
 */
export function startPresence(works: boolean): PresenceSwitch {
  const state = ref<Presence>("online");
  const duty = ref<Duty | null>(null);
  const problem = ref<unknown>(null);

  async function tell(fresh: Presence): Promise<void> {
    const before = state.value;
    state.value = fresh;
    try {
      await door.put("/presence", { state: fresh });
      problem.value = null;
    } catch (error) {
      state.value = before;
      problem.value = error;
    }
    await look();
  }

  async function look(): Promise<void> {
    duty.value = await door.get<Duty>("/duty").catch(() => duty.value);
  }

  if (works) {
    void tell("online");
    const timer = setInterval(() => void look(), DUTY_EVERY_MS);
    const off = events.on(
      gathered(() => void look()),
      "presence",
    );
    onScopeDispose(() => {
      off();
      clearInterval(timer);
    });
  }
  return reactive({
    state,
    duty,
    problem,
    toggle: () => tell(state.value === "online" ? "away" : "online"),
  });
}
