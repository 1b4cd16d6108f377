import { onScopeDispose, shallowRef } from "vue";
import type { SwitchedOff } from "../api/contract";
import { events } from "../api/events";
import { door } from "../api/http";
import { gathered } from "../parts/loading";

const LOOK_EVERY_MS = 30_000;
const AS_EVER: SwitchedOff = { bot_off: false, topics: [] };

/** What the bot is kept from at this moment. */
export const whatIsOff = shallowRef<SwitchedOff>(AS_EVER);

/** Looks it up; what was known stays where that fails. */
export async function lookWhatIsOff(): Promise<void> {
  whatIsOff.value = await door.get<SwitchedOff>("/switches/off").catch(() => whatIsOff.value);
}

/**
 * Keeps it up to date while the component stands: at once where the line is open, and by the clock,
 * since switches begin and end by the clock too.
 */
export function keepWhatIsOff(): void {
  const refresh = gathered(() => void lookWhatIsOff());
  const timer = setInterval(refresh, LOOK_EVERY_MS);
  const ends = [events.on(refresh, "switches.changed"), events.onGap(refresh)];
  void lookWhatIsOff();
  onScopeDispose(() => {
    clearInterval(timer);
    ends.forEach((end) => end());
    whatIsOff.value = AS_EVER;
  });
}
