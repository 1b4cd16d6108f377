import { ApiError, type HelplineApi, type Session } from "../api/api";
import type { LiveEvent } from "../api/events";

/** How often a visitor who waits for or talks to a person is shown what is new, in milliseconds. */
const LOOK_AGAIN = 4_000;
/** A line that stood so long, in milliseconds, and is ended by the service is taken up at once. */
const STOOD_LONG = 10_000;
/** The most such pauses between two attempts at a line that does not come to stand. */
const MOST_PAUSES = 15;

/** What the line needs to know of its conversation, and tells it. */
interface Surroundings {
  /** The conversation to follow; null while there is none. */
  session(): Session | null;
  /** Whether a person is awaited or there, so that news may come at any moment. */
  withPerson(): boolean;
  /** Something happened. */
  hear(event: LiveEvent): void;
  /** Shows what is new, for want of a line, or that the conversation is gone. */
  look(): Promise<void>;
  /** The line broke, or stands. */
  broken(isBroken: boolean): void;
}

/**
 * The line on which the visitor hears at once what happens in the conversation.
 *
 * It is kept while a person is involved, and otherwise while the page is in sight: a browser opens
 * only some six lines to a service, and every tab wants one. While it is broken and a person is
 * involved, the conversation is looked at again and again instead.
 */
export class Line {
  /** Ends the line that is kept, null while none is. */
  private hold: AbortController | null = null;
  /** Id of the last event, where a line that broke is taken up. */
  private last = "";
  private lastSession = "";
  /** Cuts a pause short. */
  private wake = () => {};

  constructor(
    private readonly api: Pick<HelplineApi, "events">,
    private readonly conversation: Surroundings,
    private readonly lookAgainAfter: number = LOOK_AGAIN,
  ) {}

  /** Takes up the line where it is needed by now, and hangs up where it is not. */
  attend(): void {
    if (!this.isNeeded()) this.close();
    else if (!this.hold) {
      this.hold = new AbortController();
      void this.keep(this.hold);
    }
  }

  /** Tries a broken line at once. */
  tryNow(): void {
    this.wake();
  }

  close(): void {
    this.hold?.abort();
    this.hold = null;
    this.wake();
  }

  private isNeeded(): boolean {
    const isWanted = this.conversation.withPerson() || !document.hidden;
    return this.conversation.session() !== null && isWanted;
  }

  private async keep(hold: AbortController): Promise<void> {
    let failures = 0;
    while (!hold.signal.aborted) {
      const began = Date.now();
      const { stood, broke } = await this.follow(hold);
      if (stood && !broke && Date.now() - began > STOOD_LONG) continue;
      failures = stood ? 0 : failures + 1;
      const pauses = Math.min(2 ** Math.max(failures - 1, 0), MOST_PAUSES);
      for (let pause = 0; pause < pauses && !hold.signal.aborted; pause++) {
        const wasWoken = await this.pause();
        if (this.hold === hold && this.conversation.withPerson()) await this.conversation.look();
        if (wasWoken) break;
      }
    }
  }

  /** Follows the line to its end: whether it ever stood, and whether it broke. */
  private async follow(hold: AbortController): Promise<{ stood: boolean; broke: boolean }> {
    const session = this.conversation.session();
    if (!session) return { stood: false, broke: true };
    if (session.id !== this.lastSession) [this.last, this.lastSession] = ["", session.id];
    let stood = false;
    try {
      for await (const event of this.api.events(session, this.last, hold.signal)) {
        if (hold.signal.aborted) break;
        stood = true;
        this.last = event.id || this.last;
        this.conversation.broken(false);
        this.conversation.hear(event);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (hold.signal.aborted) return { stood, broke: true };
      this.conversation.broken(error.status === 0);
      if (error.isLostSession) await this.conversation.look();
      return { stood, broke: true };
    }
    return { stood, broke: false };
  }

  /** Whether it was cut short. */
  private pause(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.lookAgainAfter);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
