import type { Session } from "./api";

/** A message on its way: kept until the service has answered it, so that a reload loses nothing. */
export interface Outgoing {
  /** `client_message_id`, the same for every attempt. */
  id: string;
  /** What is posted. */
  text: string;
  /** What the visitor's bubble shows: the button's title, or the text itself. */
  title: string;
}

/** How far something on its way has come. */
export type Delivery = "queued" | "sending" | "retrying" | "delivered" | "undelivered";

/** What the browser tab remembers of a visit. */
export interface Visit {
  session: Session | null;
  draft: string;
  outbox: Outgoing[];
  /** Evidence that the visitor has ticked off. */
  ticked: string[];
  /** The newest ticket's code, which the service tells only once. */
  ticket: { number: string; code: string } | null;
  /** What the visitor has rated: ids of conversations, numbers of tickets. */
  rated: string[];
  /** Another conversation that was open here when this one came from elsewhere, to go back to. */
  aside: Visit | null;
}

const NOTHING: Visit = {
  ...{ session: null, draft: "", outbox: [], ticked: [], ticket: null, rated: [], aside: null },
};

/** The visit in `sessionStorage`: it ends with the tab and no other tab reads it. */
export class VisitMemory {
  private visit: Visit;
  private isRefused = false;

  constructor(private readonly key: string) {
    this.visit = { ...NOTHING, ...this.load() };
  }

  recall(): Readonly<Visit> {
    return this.visit;
  }

  /** False once the browser has refused to keep the visit: it is gone after a reload. */
  get survivesReload(): boolean {
    return !this.isRefused;
  }

  remember(changes: Partial<Visit>): void {
    this.visit = { ...this.visit, ...changes };
    const kept = guarded(() => {
      sessionStorage.setItem(this.key, JSON.stringify(this.visit));
      return true;
    });
    this.isRefused = kept === null;
  }

  /** Leaves nothing of the visit behind, in the browser's storage either; what is put aside stays. */
  forget(): void {
    const { aside } = this.visit;
    this.visit = NOTHING;
    guarded(() => sessionStorage.removeItem(this.key));
    if (aside) this.remember({ aside });
  }

  /** Puts the visit aside for a conversation that comes from elsewhere. */
  begin(session: Session): void {
    const { session: left } = this.visit;
    this.remember({ ...NOTHING, session, aside: left ? { ...this.visit, aside: null } : null });
  }

  /** Keeps a conversation that came from elsewhere for later. */
  putAside(session: Session): void {
    this.remember({ aside: { ...NOTHING, session } });
  }

  /** Takes up again what was put aside, and puts aside what was going on. */
  swap(): void {
    const { aside, ...left } = this.visit;
    if (!aside) return;
    this.remember({ ...aside, aside: left.session ? { ...left, aside: null } : null });
  }

  private load(): Partial<Visit> {
    const saved = guarded(() => sessionStorage.getItem(this.key));
    if (!saved) return {};
    try {
      return JSON.parse(saved) as Partial<Visit>;
    } catch (error) {
      if (error instanceof SyntaxError) return {};
      throw error;
    }
  }
}

/**
 * A browser may refuse storage (blocked site data, full quota): the visit then lasts as long as the
 * page.
 */
function guarded<T>(use: () => T): T | null {
  try {
    return use();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
