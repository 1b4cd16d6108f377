import { describe, expect, it } from "vitest";
import { KEYMAP } from "../../../console/keymap";
import { usableBy } from "../../../console/keys/usable";

const shown = (...granted: string[]) =>
  usableBy((permission) => granted.includes(permission), KEYMAP).flatMap(({ shortcuts }) =>
    shortcuts.map(({ id }) => id),
  );

describe("the overlay of keys", () => {
  it("shows an operator the keys of conversations and tickets, not those of accounts", () => {
    const keys = shown("chat", "tickets", "lookup");
    expect(keys).toEqual(expect.arrayContaining(["conversation.claim", "ticket.checklist"]));
    expect(keys).not.toContain("go.users");
  });

  it("shows whoever sees figures only what works for him", () => {
    expect(shown("figures")).toEqual(["help", "go.figures", "leave"]);
  });
});
