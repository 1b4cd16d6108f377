import { describe, expect, it } from "vitest";
import type { Reached } from "../../../console/api/contract";
import { reachOf, undelivered } from "../../../console/conversation/reach";

const NOW = Date.parse("2026-11-22T10:00:00+08:00");
const contact = (changes: Partial<Reached> = {}): Reached => ({
  channel: "wechat",
  account: "jx",
  subscribed: true,
  heard_at: "2026-11-22T09:00:00+08:00",
  by_contact: true,
  allowance: { left: 5, until: "2026-11-24T09:00:00+08:00" },
  held: 0,
  dead: 0,
  ...changes,
});
const none = { left: 0, until: null };

describe("how an operator's words reach a visitor", () => {
  it("tells channel, quota and window", () => {
    const { words, isLate, isScarce } = reachOf(contact(), NOW);
    expect(words).toBe("答复会发到微信，还能发 5 条，到11月24日 09:00 为止。");
    expect([isLate, isScarce]).toEqual([false, false]);
  });

  it("says when little is left", () => {
    const few = contact({ allowance: { left: 2, until: "2026-11-24T09:00:00+08:00" } });
    expect(reachOf(few, NOW).words).toContain("还能发 2 条");
    expect(reachOf(few, NOW).isScarce).toBe(true);
  });

  it.each([
    ["48 小时窗口已过", { allowance: none, heard_at: "2026-11-20T09:59:00+08:00" }],
    ["能主动发的条数已经用完", { allowance: none }],
    ["已经取消关注", { subscribed: false }],
    ["微信没有启用", { allowance: null }],
  ] as const)("warns that it arrives later: %s", (why, changes) => {
    const { words, isLate } = reachOf(contact(changes), NOW);
    expect(words).toContain(why);
    expect(isLate).toBe(true);
  });

  it("warns once the window closes while the page is open", () => {
    const later = NOW + 48 * 3_600_000;
    expect(reachOf(contact(), later).words).toBe("48 小时窗口已过，这条会在对方下次发消息时送到。");
  });

  it("says where it goes while the visitor is on the page", () => {
    const { words, isLate } = reachOf(contact({ by_contact: false, allowance: none }), NOW);
    expect(words).toContain("答复显示在网页上");
    expect(isLate).toBe(false);
  });

  it("names no quota where nothing is counted", () => {
    const free = contact({ allowance: { left: null, until: null } });
    expect(reachOf(free, NOW).words).toBe("答复会发到微信。");
  });

  it("tells what did not arrive", () => {
    expect(undelivered(contact())).toBeNull();
    expect(undelivered(contact({ held: 2, dead: 1 }))).toBe(
      "2 条在等对方下次发消息，1 条没有送到。",
    );
  });
});
