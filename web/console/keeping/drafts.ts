/**
 * Text that somebody has begun and not sent. It survives a reload, belongs to one account, and goes
 * when that account signs out or another one signs in. It is the only thing about a visitor's
 * matter that the browser keeps.
 */
const PREFIX = "desk:draft:";

export class Drafts {
  constructor(
    private readonly owner: number,
    private readonly storage: Storage = localStorage,
  ) {}

  /** `place` names where it was begun, e.g. a conversation's id. */
  get(place: string): string {
    return this.storage.getItem(this.key(place)) ?? "";
  }

  set(place: string, text: string): void {
    if (text) this.storage.setItem(this.key(place), text);
    else this.storage.removeItem(this.key(place));
  }

  private key(place: string): string {
    return `${PREFIX}${this.owner}:${place}`;
  }
}

/** Forgets every draft, but for those of one account where it is named. */
export function forgetDrafts(but: number | null = null, storage: Storage = localStorage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  const kept = but === null ? null : `${PREFIX}${but}:`;
  keys
    .filter((key) => key.startsWith(PREFIX) && !(kept && key.startsWith(kept)))
    .forEach((key) => storage.removeItem(key));
}
