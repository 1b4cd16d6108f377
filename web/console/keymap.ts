import type { Section } from "./keys/keyboard";
import { GO_TO } from "./shell/keys";
import { TICKET_KEYS, TICKET_LIST_KEYS } from "./tickets/keys";

/** Every shortcut of the console, in the order of the help overlay. */
export const KEYMAP: readonly Section[] = [GO_TO, TICKET_LIST_KEYS, TICKET_KEYS];
