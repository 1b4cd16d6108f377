import { describe, expect, it } from "vitest";
import { afterSign, companyOf, present } from "../../../console/conversation/company";

const OWN = 1;
const looks = { kind: "conversation.viewers", staff_id: 2, name: "陈国平" } as const;
const types = { kind: "conversation.typing", staff_id: 2, by: "operator", typing: true } as const;

describe("who else has a conversation open", () => {
  it("is told when a colleague opens it, writes, and leaves", () => {
    const there = afterSign(new Map(), looks, OWN, 0);
    expect(present(there, 1)).toEqual([{ id: 2, name: "陈国平", typing: false }]);
    const writing = afterSign(there, { ...types, name: "陈国平" }, OWN, 2);
    expect(present(writing, 3)).toEqual([{ id: 2, name: "陈国平", typing: true }]);
    expect(present(afterSign(writing, { ...looks, left: true }, OWN, 4), 5)).toEqual([]);
  });

  it("is forgotten when no sign comes any more", () => {
    const there = companyOf([{ id: 2, name: "陈国平", typing: true }], 0);
    expect(present(there, 10_000)).toEqual([{ id: 2, name: "陈国平", typing: false }]);
    expect(present(there, 60_000)).toEqual([]);
  });

  it("is neither oneself nor the visitor", () => {
    const own = afterSign(new Map(), { ...looks, staff_id: OWN }, OWN, 0);
    const visitor = afterSign(own, { ...types, by: "visitor", staff_id: null }, OWN, 0);
    expect(present(visitor, 1)).toEqual([]);
  });
});
