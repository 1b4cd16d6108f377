import { describe, expect, it } from "vitest";
import { comparedWith } from "../../../console/content/diff/compared";
import { aRevision, aWhole } from "./samples";

const first = aRevision({ id: 1, number: 1, state: "archived", body: "says: 甲" });
const second = aRevision({ id: 2, number: 2, state: "published", body: "says: 乙" });
const third = aRevision({ id: 3, number: 3, state: "in_review", body: "says: 丙" });
const whole = aWhole({ body: "says: 乙", revisions: [third, second, first] });

describe("a revision is compared", () => {
  it("with what is in use while it waits", () => {
    expect(comparedWith(whole, 3)).toEqual({ body: "says: 乙", words: "和现在用的比" });
  });

  it("with the one before it once it is in use or was", () => {
    expect(comparedWith(whole, 2)).toEqual({ body: "says: 甲", words: "和第 1 版比" });
  });

  it("with nothing where what it took the place of is not kept", () => {
    expect(comparedWith(whole, 1)).toBeNull();
  });
});
