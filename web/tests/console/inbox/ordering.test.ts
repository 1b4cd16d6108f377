import { describe, expect, it } from "vitest";
import { isAsking, ordered, waitsSince } from "../../../console/inbox/ordering";
import { anItem } from "../samples";

const ids = (items: { id: string }[]) => items.map(({ id }) => id);
const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, "0")}:00+08:00`;

describe("the order of the inbox", () => {
  it("puts urgent ones first, then who has waited longest", () => {
    const items = [
      anItem("later", { waiting_since: at(5) }),
      anItem("urgent", { waiting_since: at(9), urgent: true }),
      anItem("longest", { waiting_since: at(1) }),
    ];
    expect(ids(ordered("unanswered", items))).toEqual(["urgent", "longest", "later"]);
  });

  it("puts own visitors who were not answered before those who were", () => {
    const items = [
      anItem("answered", { state: "operator", last_role: "operator", last_at: at(20) }),
      anItem("asks late", { state: "operator", last_at: at(15) }),
      anItem("asks early", { state: "operator", last_at: at(10) }),
    ];
    expect(ids(ordered("mine", items))).toEqual(["asks early", "asks late", "answered"]);
  });

  it("shows the newest first where nobody waits", () => {
    const items = [anItem("old", { last_at: at(1) }), anItem("new", { last_at: at(2) })];
    expect(ids(ordered("closed", items))).toEqual(["new", "old"]);
  });

  it("is the same whatever order the service sent", () => {
    const items = ["b", "a", "c"].map((id) => anItem(id, { waiting_since: at(1) }));
    expect(ids(ordered("unanswered", items))).toEqual(ids(ordered("unanswered", items.reverse())));
  });

  it("does not count a visitor of the bot as asking a person", () => {
    expect(isAsking(anItem("bot", { state: "bot" }))).toBe(false);
    expect(waitsSince(anItem("bot", { state: "bot" }))).toBeNull();
  });

  it("counts the wait for an approval", () => {
    const held = anItem("held", { state: "bot", last_role: "bot", approval: true, last_at: at(3) });
    expect(waitsSince(held)).toBe(at(3));
  });
});
