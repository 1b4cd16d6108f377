import { describe, expect, it } from "vitest";
import { merged } from "../../../console/content/between/merging";
import { BODY, NAME } from "./samples";

const says = (text: string, body = BODY) => body.replace("先交诉讼费，数目看争多少钱。", text);
const why = (text: string, body = BODY) => body.replace("诉讼费按标的额分段算。", text);

describe("two changes of one answer", () => {
  it("go together where they are of different fields", () => {
    expect(merged(NAME, BODY, says("她改的结论。"), why("我改的理由。"))).toEqual({
      body: why("我改的理由。", says("她改的结论。")),
      conflicts: [],
    });
  });

  it("name the fields that both changed, and one's own stays", () => {
    const both = merged(NAME, BODY, says("她改的结论。"), says("我改的结论。"));
    expect(both).toEqual({ body: says("我改的结论。"), conflicts: ["结论"] });
  });

  it("cannot go together where there are no fields, or the other took the item away", () => {
    expect(merged({ ...NAME, kind: "guidance" }, "甲", "乙", "丙")).toBeNull();
    expect(merged(NAME, BODY, null, BODY)).toBeNull();
    expect(merged(NAME, BODY, "asks: [", BODY)).toBeNull();
  });
});
