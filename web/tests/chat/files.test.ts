import { describe, expect, it } from "vitest";
import { wordsForFiles } from "../../widget/chat/files";

function given(types: string[], text = ""): DataTransfer {
  const files = types.map((type) => new File([], "file", { type }));
  return { files, getData: () => text } as unknown as DataTransfer;
}

describe("what a visitor pastes or drops", () => {
  it("is answered when it is a picture", () => {
    expect(wordsForFiles(given(["image/png"]))).toBe("现在还收不了图片，请把上面的字打出来。");
  });

  it("is answered when it is another file", () => {
    expect(wordsForFiles(given(["application/pdf"]))).toContain("收不了文件");
  });

  it("is taken when words come along, or nothing but words", () => {
    expect(wordsForFiles(given(["image/png"], "起诉状副本"))).toBe("");
    expect(wordsForFiles(given([], "起诉状副本"))).toBe("");
    expect(wordsForFiles(null)).toBe("");
  });
});
