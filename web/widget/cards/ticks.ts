import type { InjectionKey } from "vue";

/** What the visitor has ticked off, by what is to be proved; known to this browser tab only. */
export interface Ticks {
  has(what: string): boolean;
  tick(what: string, has: boolean): void;
}

export const TICKS: InjectionKey<Ticks> = Symbol("ticks");
