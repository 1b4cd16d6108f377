import { describe, expect, it } from "vitest";
import { addressOf, filtersOf, isFiltered, queryOf } from "../../../console/tickets/filters";

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
