import { describe, expect, it } from "vitest";
import type { DeskEvent } from "../../../console/api/contract";
import { ringingOf } from "../../../console/calls/ringing";

const event = (more: Partial<DeskEvent>): DeskEvent => ({
  ...{ kind: "call.ringing", staff_id: 1, call_id: "a7", caller: "13807911000" },
  ...more,
});

describe("a call that rings", () => {
  it("is shown with its number and the caller's earlier tickets", () => {
    expect(ringingOf(event({ tickets: ["JX1", 7] }), 1)).toEqual({
      call_id: "a7",
      caller: "13807911000",
      tickets: ["JX1"],
    });
  });

  it("may hide its number", () => {
    expect(ringingOf(event({ caller: "" }), 1)?.caller).toBeNull();
  });

  it("is nobody else's", () => {
    expect(ringingOf(event({ staff_id: 2 }), 1)).toBeNull();
  });

  it("rings no longer once it is taken or over", () => {
    expect(ringingOf(event({ state: "answered" }), 1)).toBeNull();
    expect(ringingOf(event({ state: "ended" }), 1)).toBeNull();
  });
});
