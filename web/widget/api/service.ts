import type { InjectionKey } from "vue";
import type { Progress } from "./contract";

/** What cards fetch on demand. Everything rejects with an ApiError whose message can be shown. */
export interface Service {
  /** A draft by its key, filled with what the conversation knows. */
  draft(key: string): Promise<Blob>;
  /** The matter's deadlines as a calendar file. */
  calendar(): Promise<Blob>;
  /** How far a ticket has come; `code` is the word that goes with its number. */
  progress(number: string, code: string): Promise<Progress>;
}

export const SERVICE: InjectionKey<Service> = Symbol("service");
