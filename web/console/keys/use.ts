import { inject, type InjectionKey, onScopeDispose } from "vue";
import type { Handlers, Keyboard, Section } from "./keyboard";

export const KEYBOARD: InjectionKey<Keyboard> = Symbol("keyboard");
/** Every shortcut there is, for the overlay that lists them. */
export const SECTIONS: InjectionKey<readonly Section[]> = Symbol("sections");

/** Answers shortcuts, named by their ids, as long as the component stands. */
export function useKeys(handlers: Handlers): void {
  const keyboard = inject(KEYBOARD, null);
  if (keyboard) onScopeDispose(keyboard.bind(handlers));
}
