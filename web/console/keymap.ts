import type { Section } from "./keys/keyboard";
import { GO_TO } from "./shell/keys";

/** Every shortcut of the console, in the order of the help overlay. */
export const KEYMAP: readonly Section[] = [GO_TO];
