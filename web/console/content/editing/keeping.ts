import { Drafts } from "../../keeping/drafts";
import type { Name } from "../contract";

/** What somebody types about an item; it stays in the browser until the service has it. */
export interface Typed {
  name: Name;
  /** The text of the item, and the one that it was begun from. */
  body: string;
  base: string;
  /** The item's version that is changed. */
  over: number;
  reason: string;
  from: string;
  until: string;
  /** A line each. */
  sources: string;
}

/** Under which a new item is kept, before it has a name that holds. */
export const NEW = "new";

/** Keeps what is typed, also across a reload; it belongs to one account. */
export class Keeping {
  private readonly drafts: Drafts;

  constructor(owner: number, storage: Storage = localStorage) {
    this.drafts = new Drafts(owner, storage);
  }

  get(place: string): Typed | null {
    try {
      return JSON.parse(this.drafts.get(`content:${place}`) || "null") as Typed | null;
    } catch {
      return null;
    }
  }

  set(place: string, typed: Typed): void {
    this.drafts.set(`content:${place}`, JSON.stringify(typed));
  }

  drop(place: string): void {
    this.drafts.set(`content:${place}`, "");
  }
}

export function placeOf({ kind, file, key }: Name): string {
  return `${kind} ${file} ${key}`;
}
