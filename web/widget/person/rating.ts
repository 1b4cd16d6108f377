import { ApiError, type HelplineApi, type Session } from "../api/api";
import type { Satisfaction } from "../api/contract";

/** How far the question has come of how content the visitor was with the operator's help. */
export interface RatingState {
  /** Id of the message that ended the help, empty where nothing is asked. */
  closing: string;
  phase: "asked" | "sending" | "given";
  /** Why it was not taken. */
  failure: string;
}

export const NO_RATING: RatingState = { closing: "", phase: "given", failure: "" };

/** What the question needs to know of its conversation. */
interface Surroundings {
  session(): Session | null;
  /** What this tab has rated last: a closing's id. */
  rated(): string;
  remember(closing: string): void;
  /** Puts the question at the end of the log. */
  ask(): void;
}

/** The question of how content the visitor was: asked once after each closing. */
export class Rating {
  constructor(
    private readonly api: Pick<HelplineApi, "rate">,
    private readonly state: RatingState,
    private readonly conversation: Surroundings,
  ) {}

  /** An operator has ended the talk with the message `closing`. */
  closed(closing: string): void {
    if (closing === this.state.closing || closing === this.conversation.rated()) return;
    Object.assign(this.state, { closing, phase: "asked", failure: "" });
    this.conversation.ask();
  }

  /** Where the service has an answer already, from a copy of the tab, that one counts. */
  async send(satisfaction: Satisfaction): Promise<void> {
    const session = this.conversation.session();
    if (!session || this.state.phase !== "asked") return;
    Object.assign(this.state, { phase: "sending", failure: "" });
    try {
      await this.api.rate(session, satisfaction);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 409) {
        Object.assign(this.state, { phase: "asked", failure: error.message });
        return;
      }
    }
    this.state.phase = "given";
    this.conversation.remember(this.state.closing);
  }
}
