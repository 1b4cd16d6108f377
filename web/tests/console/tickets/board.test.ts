import { describe, expect, it } from "vitest";
import { columnsOf, neighbour, towards } from "../../../console/tickets/board";
import type { Movable } from "../../../console/tickets/board";
import type { Clocks, Status } from "../../../console/tickets/contract";

const clocks = (overdue = false): Clocks => ({
  first: null,
  next: { due: "2026-11-20T10:00:00+08:00", met: null, overdue, paused: false },
  solution: null,
});

function ticket(number: string, status: Status, more: Partial<Movable> = {}): Movable {
  return {
    ...{ number, status, priority: "normal", next_due: null, sla: clocks() },
    ...{ updated_at: "2026-11-01T10:00:00+08:00" },
    ...more,
  };
}

const tickets = [
  ticket("A1", "new"),
  ticket("A2", "new"),
  ticket("C1", "in_progress"),
  ticket("D1", "waiting"),
];
const columns = columnsOf(tickets);

describe("the board", () => {
  it("shows every state that is worked on, closed tickets elsewhere", () => {
    const numbers = columnsOf([...tickets, ticket("Z", "closed")]).map((column) =>
      column.tickets.map(({ number }) => number),
    );
    expect(numbers).toEqual([["A1", "A2"], [], ["C1"], ["D1"], []]);
  });

  it("puts overdue tickets first, then urgent ones, then the nearest day", () => {
    const [column] = columnsOf([
      ticket("late day", "new", { next_due: "2026-12-09" }),
      ticket("no day", "new"),
      ticket("near day", "new", { next_due: "2026-12-01" }),
      ticket("urgent", "new", { priority: "urgent" }),
      ticket("overdue", "new", { sla: clocks(true) }),
    ]);
    expect(column!.tickets.map(({ number }) => number)).toEqual([
      "overdue",
      "urgent",
      "near day",
      "late day",
      "no day",
    ]);
  });
});

describe("an arrow key", () => {
  it("goes up and down within a column and stays at its ends", () => {
    expect(neighbour(columns, "A1", "down")).toBe("A2");
    expect(neighbour(columns, "A2", "down")).toBe("A2");
    expect(neighbour(columns, "A2", "up")).toBe("A1");
  });

  it("goes sideways past empty columns, as high as there are tickets", () => {
    expect(neighbour(columns, "A2", "right")).toBe("C1");
    expect(neighbour(columns, "D1", "right")).toBe("D1");
    expect(neighbour(columns, "C1", "left")).toBe("A1");
  });

  it("finds the first ticket when the one it left is gone", () => {
    expect(neighbour(columns, "gone", "down")).toBe("A1");
  });
});

describe("a move by key", () => {
  it("goes to the nearest column that the ticket may stand in", () => {
    expect(towards("new", ["in_progress", "assigned"], "right")).toBe("assigned");
    expect(towards("assigned", ["waiting"], "right")).toBe("waiting");
    expect(towards("waiting", ["in_progress"], "left")).toBe("in_progress");
  });

  it("does nothing where no move leads that way", () => {
    expect(towards("new", ["assigned"], "left")).toBeNull();
    expect(towards("done", ["closed"], "right")).toBeNull();
  });
});
