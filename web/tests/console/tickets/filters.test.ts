import { describe, expect, it } from "vitest";
import type { TicketItem } from "../../../console/tickets/contract";
import {
  addressOf,
  filtersOf,
  isFiltered,
  isWanted,
  queryOf,
} from "../../../console/tickets/filters";

describe("filters of tickets", () => {
  it("survive the way through the page's address", () => {
    const query = { view: "board", status: "waiting", assignee: "me", overdue: "1", q: "包装" };
    expect(addressOf(filtersOf(query))).toEqual(query);
  });

  it("take nothing from an address that is misspelt", () => {
    const wrong = { view: "x", status: "lost", assignee: "1 OR 1=1", sort: "size", q: ["a", "b"] };
    expect(addressOf(filtersOf(wrong))).toEqual({});
    expect(isFiltered(filtersOf(wrong))).toBe(false);
  });

  it("ask the service only for what is wanted", () => {
    const asked = queryOf(filtersOf({ urgent: "1", q: "  JX20261120001 " }));
    expect(asked).toMatchObject({ priority: "urgent", q: "JX20261120001", status: "" });
    expect(asked.overdue).toBeUndefined();
  });
});

describe("a ticket on the board", () => {
  const ticket = {
    ...{ number: "JX20261120001", priority: "urgent", queue: "mediation", city: "赣州市" },
    ...{ assignee: { id: 7, name: "周敏" }, summary: "包装被仿", next_step: null, tags: ["回访"] },
    sla: { first: null, next: null, solution: null },
  } as unknown as TicketItem;
  const shown = (query: Record<string, string>) => isWanted(ticket, filtersOf(query), 7);

  it.each([
    [{}, true],
    [{ assignee: "me" }, true],
    [{ assignee: "none" }, false],
    [{ assignee: "8" }, false],
    [{ queue: "helpline" }, false],
    [{ urgent: "1" }, true],
    [{ overdue: "1" }, false],
    [{ q: "jx2026" }, true],
    [{ q: "回访" }, true],
    [{ q: "专利" }, false],
  ])("asked for by %j is shown: %s", (query, isShown) => {
    expect(shown(query as Record<string, string>)).toBe(isShown);
  });
});
