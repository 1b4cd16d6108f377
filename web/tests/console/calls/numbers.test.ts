import { describe, expect, it } from "vitest";
import { canBeLookedUp, grouped, isNumber, plainNumber } from "../../../console/calls/numbers";

describe("a caller's number", () => {
  it.each([
    ["138 0791 1000", "13807911000"],
    ["+86 138-0791-1000", "13807911000"],
    ["0086(0791)8888 6666", "079188886666"],
    ["１３８０７９１１０００", "13807911000"],
  ])("%s is kept as %s", (typed, kept) => {
    expect(plainNumber(typed)).toBe(kept);
  });

  it("may be short or that of a hotline, but no words and no card", () => {
    expect(isNumber("12345")).toBe(true);
    expect(isNumber("王先生")).toBe(false);
    expect(isNumber("")).toBe(false);
    expect(isNumber("6222021234567890123")).toBe(false);
  });

  it("is looked up once it can be one person's", () => {
    expect(canBeLookedUp("138079")).toBe(false);
    expect(canBeLookedUp("8888666")).toBe(true);
  });

  it("is read out in groups", () => {
    expect(grouped("13807911000")).toBe("138 0791 1000");
    expect(grouped("079188886666")).toBe("079188886666");
  });
});
