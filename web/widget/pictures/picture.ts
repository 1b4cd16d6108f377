import { markRaw } from "vue";
import type { AddedPicture } from "../api/contract";
import type { Delivery } from "../api/visit";

/** A picture of the visitor's in the log. */
export interface PictureEntry {
  kind: "picture";
  key: string;
  name: string;
  /** Bytes. */
  size: number;
  /** The number of the ticket that it was added to; empty before it was. */
  ticket: string;
  /** What is sent; null where it was sent before the page was loaded. */
  file: File | null;
  delivery: Delivery;
  reason: string;
  /** Lost on the line, so it goes out again when the line is back. */
  again: boolean;
}

export function pictureEntry(key: string, file: File): PictureEntry {
  const { name, size } = file;
  return {
    ...{ kind: "picture", key, name, size, ticket: "", file: markRaw(file) },
    ...{ delivery: "undelivered", reason: "", again: false },
  };
}

/** A picture that was added before. */
export function keptPicture({ id, name, size, ticket }: AddedPicture): PictureEntry {
  return {
    ...{ kind: "picture", key: id, name, size, ticket, file: null },
    ...{ delivery: "delivered", reason: "", again: false },
  };
}
