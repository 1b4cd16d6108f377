import { describe, expect, it } from "vitest";
import type { Suggestion, SuggestionSet } from "../../../console/api/contract";
import { stillOffered } from "../../../console/composer/suggestions";

const suggestion = (id: string, state?: Suggestion["state"]) =>
  ({ id, state, kind: "reply", text: id }) as Suggestion;
const set = (...suggestions: Suggestion[]) => ({ suggestions }) as SuggestionSet;
const shown = (offered: { id: string; place: number }[]) =>
  offered.map(({ id, place }) => `${place}${id}`).join(" ");

describe("suggestions", () => {
  it("keep their numbers when one was used, so that a key pressed twice sends nothing else", () => {
    const three = set(suggestion("a"), suggestion("b"), suggestion("c"));
    expect(shown(stillOffered(three, new Set()))).toBe("1a 2b 3c");
    expect(shown(stillOffered(three, new Set(["a"])))).toBe("2b 3c");
  });

  it("that were used or rejected elsewhere are not offered again", () => {
    const used = set(
      suggestion("a", "used"),
      suggestion("b", "offered"),
      suggestion("c", "rejected"),
    );
    expect(shown(stillOffered(used, new Set()))).toBe("2b");
  });

  it("are none while the service has made none", () => {
    expect(stillOffered(null, new Set())).toEqual([]);
  });
});
