import type { InjectionKey, Ref } from "vue";
import type { Citation, Day } from "../../api/contract";

/**
 * What everything that names a source needs: the day that decides what is in force, and the way to
 * the full text.
 */
export interface Reader {
  today: Ref<Day>;
  open(citation: Citation): void;
}

export const READER: InjectionKey<Reader> = Symbol("reader");
