import { beforeEach, describe, expect, it } from "vitest";
import { Drafts, forgetDrafts } from "../../../console/keeping/drafts";

beforeEach(() => localStorage.clear());

describe("unsent text", () => {
  it("survives a reload, each conversation's by itself", () => {
    new Drafts(1).set("reply:a", "写到一半");
    new Drafts(1).set("reply:b", "另一段");
    expect(new Drafts(1).get("reply:a")).toBe("写到一半");
    expect(new Drafts(1).get("reply:c")).toBe("");
  });

  it("leaves nothing behind when it was sent", () => {
    new Drafts(1).set("reply:a", "写到一半");
    new Drafts(1).set("reply:a", "");
    expect(localStorage.length).toBe(0);
  });

  it("is not shown to a colleague at the same browser", () => {
    new Drafts(1).set("reply:a", "写到一半");
    expect(new Drafts(2).get("reply:a")).toBe("");
  });

  it("goes when somebody signs out, and nothing else does", () => {
    new Drafts(1).set("reply:a", "写到一半");
    localStorage.setItem("desk:settings", "{}");
    forgetDrafts();
    expect(Object.keys(localStorage)).toEqual(["desk:settings"]);
  });

  it("stays through an expired session when the same person comes back", () => {
    new Drafts(1).set("reply:a", "我的");
    new Drafts(11).set("reply:a", "别人的");
    forgetDrafts(1);
    expect([new Drafts(1).get("reply:a"), new Drafts(11).get("reply:a")]).toEqual(["我的", ""]);
  });
});
