import { describe, expect, it } from "vitest";
import { refusalIn } from "../../../console/signin/refusals";

describe("where the office's own sign-in lets nobody in", () => {
  it.each([
    ["oidc_failed", "再试一次"],
    ["oidc_unknown", "请管理员添加"],
    ["oidc_away", "过一会儿再试"],
  ])("%s says what to do", (code, words) => {
    expect(refusalIn(`#/sign-in?problem=${code}`)).toContain(words);
  });

  it.each(["", "#/", "#/inbox/all", "#/sign-in?problem=", "#/sign-in?problem=<b>您中奖了</b>"])(
    "an address like %s says nothing",
    (hash) => {
      expect(refusalIn(hash)).toBe("");
    },
  );
});
