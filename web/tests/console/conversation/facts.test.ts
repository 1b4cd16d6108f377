import { describe, expect, it } from "vitest";
import type { FactSlot } from "../../../console/api/contract";
import { fieldOf, knownFacts, valueOf } from "../../../console/conversation/side/facts";

const slot = (kind: FactSlot["kind"], name = "some"): FactSlot => ({
  name,
  label: name,
  kind,
  options: [],
});

describe("facts that are changed by hand", () => {
  it.each([
    ["text", " 三万 ", "三万"],
    ["text", "  ", null],
    ["number", "7", 7],
    ["texts", "合同、发票, 照片", ["合同", "发票", "照片"]],
    ["date", "2026-11-02", "2026-11-02"],
    ["choice", "", null],
  ] as const)("a %s that reads %j is %j", (kind, typed, value) => {
    expect(valueOf(slot(kind), typed)).toEqual(value);
  });

  it("are empty again when the last choice is taken back", () => {
    expect(valueOf(slot("choices"), [])).toBeNull();
  });

  it("stand in their field as they are known", () => {
    expect(fieldOf(slot("texts"), ["合同", "发票"])).toBe("合同、发票");
    expect(fieldOf(slot("choices"), "mass")).toEqual(["mass"]);
    expect(fieldOf(slot("number"), 7)).toBe("7");
    expect(fieldOf(slot("text"), undefined)).toBe("");
  });

  it("stand in the vocabulary's order, and without what nobody knows", () => {
    const slots = [slot("text", "right"), slot("text", "city")];
    expect(
      knownFacts(slots, { unheard: "x", city: "赣州市", right: "trademark", x: null }),
    ).toEqual(["right", "city", "unheard"]);
  });
});
