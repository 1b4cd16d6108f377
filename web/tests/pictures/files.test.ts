import { describe, expect, it } from "vitest";
import {
  filesIn,
  obstacleTo,
  sizeInWords,
  toSend,
  wordsForFiles,
} from "../../widget/pictures/files";

function file(type: string, content = ""): File {
  return new File([content], "门头", { type });
}

function given(types: string[], text = ""): DataTransfer {
  return { files: types.map((type) => file(type)), getData: () => text } as unknown as DataTransfer;
}

describe("what a visitor pastes or drops", () => {
  it("is answered without a ticket when it is a picture", () => {
    expect(wordsForFiles([file("image/png")])).toBe("现在还收不了图片，请把上面的字打出来。");
  });

  it("is answered without a ticket when it is another file", () => {
    expect(wordsForFiles([file("application/pdf")])).toContain("收不了文件");
  });

  it("is taken as words when words come along, or nothing but words", () => {
    expect(filesIn(given(["image/png"], "起诉状副本"))).toEqual([]);
    expect(filesIn(given([], "起诉状副本"))).toEqual([]);
    expect(filesIn(null)).toEqual([]);
    expect(filesIn(given(["image/png"]))).toHaveLength(1);
  });

  it("can go to a ticket when it is a picture of a kind and size that is taken", () => {
    for (const type of ["image/jpeg", "image/png", "image/webp"])
      expect(obstacleTo(file(type))).toBe("");
    expect(obstacleTo(file("image/heic"))).toContain("JPG、PNG、WebP");
    expect(obstacleTo(file("application/pdf"))).toContain("只收图片");
    const large = Object.defineProperty(file("image/png"), "size", { value: 5 * 1024 * 1024 + 1 });
    expect(obstacleTo(large)).toContain("不能超过 5 MB");
  });

  it("is sent in Base64, with a name of a bounded length", async () => {
    const picture = new File(["shop"], "图".repeat(300), { type: "image/png" });
    expect(await toSend(picture)).toEqual({
      ...{ name: "图".repeat(200), type: "image/png", data: btoa("shop") },
    });
  });

  it("has a size as people read it", () => {
    expect([10, 2048, 1.5 * 1024 * 1024].map(sizeInWords)).toEqual(["1 KB", "2 KB", "1.5 MB"]);
  });
});
