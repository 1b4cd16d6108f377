import { describe, expect, it } from "vitest";
import { goesOn, withEarlier, withNewest } from "../../../console/conversation/merging";
import { aDeskMessage } from "../samples";

const some = (...ids: string[]) => ids.map((id) => aDeskMessage(id));
const ids = (messages: { id: string }[]) => messages.map(({ id }) => id).join("");

describe("the pages of a conversation", () => {
  it("lay the newest over what is known, without doubling anything", () => {
    const page = { messages: some("c", "d", "e"), more: true };
    expect(ids(withNewest(some("a", "b", "c", "d"), page))).toBe("abcde");
  });

  it("show what an approval has changed in a message that was known", () => {
    const known = [aDeskMessage("a", { state: "held", text: "先前" })];
    const page = { messages: [aDeskMessage("a", { state: null, text: "改后" })], more: false };
    expect(withNewest(known, page).map(({ text }) => text)).toEqual(["改后"]);
  });

  it.each([false, true])("leave out a held answer that was not sent (more: %s)", (more) => {
    const [before, said] = some("a", "c");
    const held = aDeskMessage("b", { state: "held", at: said!.at });
    const page = { messages: [said!, ...some("d")], more };
    expect(ids(withNewest([before!, said!, held], page))).toBe(more ? "acd" : "cd");
  });

  it("do not join what has a gap between", () => {
    const page = { messages: some("x", "y"), more: true };
    expect(ids(withNewest(some("a", "b"), page))).toBe("xy");
  });

  it("put earlier ones before, once", () => {
    const page = { messages: some("a", "b", "c"), more: false };
    expect(ids(withEarlier(some("c", "d"), page))).toBe("abcd");
  });

  it("name a speaker anew after a pause and after somebody else", () => {
    const first = aDeskMessage("a", { at: "2026-11-22T10:00:00+08:00" });
    const soon = aDeskMessage("b", { at: "2026-11-22T10:01:00+08:00" });
    const late = aDeskMessage("c", { at: "2026-11-22T10:30:00+08:00" });
    const other = aDeskMessage("d", { ...soon, role: "operator", author: "周敏" });
    expect([soon, late, other].map((message) => goesOn(message, first))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
