import { ASKED_KEYS, LABEL_KEYS } from "./asked/keys";
import { CALL_KEYS } from "./calls/keys";
import { COMPOSER_KEYS } from "./composer/keys";
import { CONTENT_KEYS } from "./content/keys";
import { CONVERSATION_KEYS } from "./conversation/keys";
import { DIRECTORY_KEYS } from "./directory/keys";
import { INBOX_KEYS } from "./inbox/keys";
import type { Section } from "./keys/keyboard";
import { GO_TO } from "./shell/keys";
import { TICKET_KEYS, TICKET_LIST_KEYS } from "./tickets/keys";

/** Every shortcut of the console, in the order of the help overlay. */
export const KEYMAP: readonly Section[] = [
  GO_TO,
  INBOX_KEYS,
  CONVERSATION_KEYS,
  COMPOSER_KEYS,
  TICKET_LIST_KEYS,
  TICKET_KEYS,
  CALL_KEYS,
  DIRECTORY_KEYS,
  CONTENT_KEYS,
  ASKED_KEYS,
  LABEL_KEYS,
];
