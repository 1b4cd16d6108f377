import { describe, expect, it } from "vitest";
import { beyond } from "../../../console/tickets/parts/matter";

describe("what a ticket is about", () => {
  it("is not said again below a summary that was made of it", () => {
    expect(beyond("权利被侵犯 · 商标 · 宜丰县", "权利被侵犯 · 商标 · 宜春市")).toBe("");
  });

  it("stands below a summary in somebody's own words", () => {
    const matter = "进出口海关 · 商标 · 赣州市";
    expect(beyond("出口货物被海关扣留", matter)).toBe(matter);
    expect(beyond("", matter)).toBe(matter);
  });
});
