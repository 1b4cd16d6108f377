import { effectScope, nextTick } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Source, useRows } from "../../../console/content/listing";
import { anItem, NAME } from "./samples";

const STALE = {
  ...{ ...NAME, title: "打官司要多少钱", since: null, visitors: 3 },
  why: [{ code: "review_old" as const, said: "200 天没有复核" }],
};
const ENTRY = {
  ...{ day: "2027-01-01", what: "begins" as const, item_id: 1, revision_id: 2 },
  ...{ kind: "term", file: "terms.yml", key: "异议", title: "异议" },
};
let asked: string[];
const source: Source = {
  items: async ({ kind, q, state }, before) => {
    asked.push([kind, q, state, before ?? "-"].join("|"));
    const items = [anItem({ id: before ? 1 : 2, states: ["draft", "draft"] })];
    return { items, before: before ? null : 2 };
  },
  calendar: async () => [ENTRY],
  stale: async () => [STALE],
};
const scope = effectScope();
const rows = (kind = "", q = "") => scope.run(() => useRows({ kind, q }, source))!;
const settled = () => vi.advanceTimersByTimeAsync(300);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
});
afterEach(() => vi.useRealTimers());

describe("the list of items", () => {
  it("comes by pages, each state of an item told once", async () => {
    const list = rows();
    await settled();
    expect(list.rows.value.map(({ states }) => states)).toEqual([["draft"]]);
    await list.loadMore();
    expect([list.rows.value.length, list.next.value]).toEqual([2, null]);
  });

  it("begins with what its address says, and follows kind, words and state", async () => {
    const list = rows("term", "异议");
    await settled();
    list.wanted.kind = "answer";
    list.wanted.q = " 三个月 ";
    list.wanted.filter = "in_review";
    await nextTick();
    await settled();
    expect([asked[0], asked.at(-1)]).toEqual(["term|异议||-", "answer|三个月|in_review|-"]);
  });

  it("tells why an item takes effect soon or is to be looked at again", async () => {
    const list = rows();
    list.wanted.filter = "soon";
    await settled();
    expect(list.rows.value[0]).toMatchObject({ key: "异议", file: "terms.yml" });
    expect(list.rows.value[0]?.note).toContain("生效");
    list.wanted.filter = "stale";
    await settled();
    expect(list.rows.value[0]).toMatchObject({ ...NAME, note: "200 天没有复核" });
    list.wanted.kind = "term";
    await settled();
    expect(list.rows.value).toEqual([]);
  });
});
