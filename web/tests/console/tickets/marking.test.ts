import { describe, expect, it } from "vitest";
import { parted } from "../../../console/tickets/search/marking";

const found = (text: string, words: string) =>
  parted(text, words)
    .filter((part) => part.found)
    .map((part) => part.text);

describe("what was looked for", () => {
  it("is marked wherever it stands, in capitals or not", () => {
    expect(found("商标被仿，商标证在", "商标")).toEqual(["商标", "商标"]);
    expect(found("店名叫 Abc", "aBC")).toEqual(["Abc"]);
  });

  it("may be written like a pattern and is taken by the letter", () => {
    expect(found("单价 5.0（含税）", "5.0（")).toEqual(["5.0（"]);
    expect(found("aaa", ".*")).toEqual([]);
    expect(found("<img src=x onerror=alert(1)>", "(1)")).toEqual(["(1)"]);
  });

  it("loses no word of the text", () => {
    const text = "商标被仿，商标";
    expect(
      parted(text, "商标")
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
    expect(parted(text, " ")).toEqual([{ text, found: false }]);
  });
});
