import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import type { Box, Inbox, InboxItem } from "../../../console/api/contract";
import { useInbox } from "../../../console/inbox/inbox";
import { renewed } from "../../../console/inbox/renewing";
import { anItem } from "../samples";

const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, "0")}:00+08:00`;
const said = (id: string, minute: number) => anItem(id, { state: "bot", last_at: at(minute) });

function aPage(items: InboxItem[], before: string | null = null): Inbox {
  return { items, before, counts: { unanswered: 0, mine: 0, watching: 0 }, at: at(30) };
}

describe("a list that is looked up anew", () => {
  it("keeps what was loaded behind its first page", () => {
    const known = [said("a", 9), said("b", 8), said("c", 7), said("d", 6)];
    const page = aPage([said("c", 10), said("a", 9)], at(9));
    expect(renewed(known, page).map(({ id }) => id)).toEqual(["c", "a", "b", "d"]);
  });

  it("keeps nothing where the service knows of nothing behind it", () => {
    expect(renewed([said("gone", 3)], aPage([said("a", 9)])).map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("the box of all conversations", () => {
  let page = effectScope();
  let asked: Box[] = [];

  function open(box: Box, visibility: DocumentVisibilityState) {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
    const ask = async (which: Box) => {
      asked.push(which);
      return aPage([said(String(asked.length), 1)]);
    };
    return page.run(() => useInbox(ref(box), ref(""), ref(""), ask))!;
  }

  beforeEach(() => {
    [page, asked] = [effectScope(), []];
    vi.useFakeTimers();
  });
  afterEach(() => {
    page.stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it("shows what the bot is told, of which no event tells", async () => {
    const { items } = open("all", "visible");
    await vi.advanceTimersByTimeAsync(21_000);
    await nextTick();
    expect([asked.length, items.value.map(({ id }) => id)]).toEqual([2, ["2"]]);
  });

  it.each<[Box, DocumentVisibilityState]>([
    ["all", "hidden"],
    ["unanswered", "visible"],
  ])(
    "is the only one that is asked for so often, and only while it is seen: %s, %s",
    async (...how) => {
      open(...how);
      await vi.advanceTimersByTimeAsync(21_000);
      expect(asked.length).toBe(1);
    },
  );
});
