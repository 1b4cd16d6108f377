import { describe, expect, it } from "vitest";
import { problemWords } from "../../../console/waiting/words";

describe("why something did not arrive", () => {
  it.each([
    ["unsubscribed", "对方取消了关注"],
    ["smtp 550", "邮件服务器拒收（550）"],
    ["45047", "平台的答复：45047"],
    [null, ""],
  ])("%s", (problem, words) => {
    expect(problemWords(problem)).toBe(words);
  });
});
