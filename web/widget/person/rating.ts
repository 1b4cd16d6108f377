import { ApiError, type HelplineApi, type Session } from "../api/api";
import type { Satisfaction } from "../api/contract";

/** How far the question has come of how content the visitor was with the operator's help. */
export interface RatingState {
  /** Id of the conversation that it is about, empty where nothing is asked. */
  about: string;
  phase: "asked" | "sending" | "given";
  /** Why it was not taken. */
  failure: string;
}

export const NO_RATING: RatingState = { about: "", phase: "given", failure: "" };

/** What the question needs to know of its conversation. */
interface Surroundings {
  session(): Session | null;
  /** Id of the conversation that this tab has rated last. */
  rated(): string;
  remember(rated: string): void;
  /** Puts the question at the end of the log. */
  ask(): void;
}

/** The question of how content the visitor was: asked once a conversation. */
export class Rating {
  constructor(
    private readonly api: Pick<HelplineApi, "rate">,
    private readonly state: RatingState,
    private readonly conversation: Surroundings,
  ) {}

  /** An operator has ended the talk of the conversation `about`. */
  ask(about: string): void {
    if (about === this.state.about || about === this.conversation.rated()) return;
    Object.assign(this.state, { about, phase: "asked", failure: "" });
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
    this.conversation.remember(this.state.about);
  }
}
