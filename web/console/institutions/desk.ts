import { door } from "../api/http";
import { DeskError } from "../api/problems";
import type { components } from "../../widget/api/openapi";
import { type Fields, KIND, type Overview } from "./contract";
import { bodyOf } from "./yaml";

type Revision = components["schemas"]["RevisionShown"];

/** A change to an entry; `fields` null takes it away, `over` is the version that was looked at. */
export interface Change {
  id: string;
  fields: Fields | null;
  reason: string;
  over: number;
  effective_from?: string | null;
  expires_on?: string | null;
}

/** All throw DeskError. */
export const desk = {
  look: () => door.get<Overview>("/institutions"),
  /** Kept as a draft; nothing is checked yet. */
  draft: ({ id, fields, ...change }: Change, file: string) =>
    door.post<Revision>("/content/revisions", {
      ...{ kind: KIND, file, key: id, body: fields && bodyOf(id, fields) },
      ...change,
      sources: fields?.sources ?? [],
    }),
  /** Handed in for review; it has to load. */
  async handIn(change: Change, file: string): Promise<void> {
    const { id } = await desk.draft(change, file);
    try {
      await door.post(`/content/revisions/${id}/submit`);
    } catch (error) {
      throw withoutLine(error);
    }
  },
};

/** Whoever fills in a form sees no lines. */
function withoutLine(error: unknown): unknown {
  if (!(error instanceof DeskError) || error.code !== "content_invalid") return error;
  const words = error.message.replace(/^第 \d+ 行：/, "");
  return new DeskError(`草稿已存，还没送审：${words}`, error.status, error.code);
}

/** A key that no other entry has. */
export function newId(): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `i-${[...random].map((one) => one.toString(36)).join("")}`;
}
