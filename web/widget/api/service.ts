import type { InjectionKey } from "vue";
import type { Progress, Satisfaction } from "./contract";

/** What cards fetch on demand. Everything rejects with an ApiError whose message can be shown. */
export interface Service {
  /** A draft by its key, filled with what the conversation knows. */
  draft(key: string): Promise<Blob>;
  /** The matter's deadlines as a calendar file. */
  calendar(): Promise<Blob>;
  /** How far a ticket has come; `code` is the word that goes with its number. */
  progress(number: string, code: string): Promise<Progress>;
  /** How content the visitor was with a ticket that was settled. */
  rateTicket(number: string, code: string, satisfaction: Satisfaction): Promise<void>;
  /** Whether this tab has said so already. */
  isRated(number: string): boolean;
}

export const SERVICE: InjectionKey<Service> = Symbol("service");
