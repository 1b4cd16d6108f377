import { describe, expect, it } from "vitest";
import { cannedQuery, insertedAt, lengthOf } from "../../../console/composer/writing";

describe("writing an answer", () => {
  it.each([
    ["/", ""],
    ["/cl", "cl"],
    ["、材料", "材料"],
    [" /nh", "nh"],
    ["投诉/举报", null],
    ["https://", null],
    ["/一\n二", null],
  ])("%j looks for the canned reply %j", (text, query) => {
    expect(cannedQuery(text)).toBe(query);
  });

  it("puts a suggestion on a line of its own where something is written already", () => {
    expect(insertedAt("", 0, "建议")).toBe("建议");
    expect(insertedAt("  ", 2, "建议")).toBe("建议");
    expect(insertedAt("您好。", 3, "建议")).toBe("您好。\n建议");
    expect(insertedAt("您好。再见", 3, "建议")).toBe("您好。\n建议再见");
  });

  it("counts characters as the service does", () => {
    expect(lengthOf("𠮷野家😀")).toBe(4);
  });
});
