import { describe, expect, it } from "vitest";
import TicketCard from "../widget/TicketCard.vue";
import { mounted, words } from "./mounted";

const TICKET = { number: "20261122-0007", code: "abcd", priority: "urgent", created: true };

describe("the ticket card", () => {
  it("shows the number and the word that goes with it", () => {
    const { place } = mounted(TicketCard, { ticket: TICKET });
    expect([...place.querySelectorAll("dd")].map(words)).toEqual(["20261122-0007", "abcd"]);
  });

  it("marks what is urgent, and nothing else", () => {
    expect(words(mounted(TicketCard, { ticket: TICKET }).place)).toContain("紧急");
    expect(words(mounted(TicketCard, { ticket: { ...TICKET, priority: "normal" } }).place)).not.toContain("紧急");
  });

  it("does without a word that the service no longer tells", () => {
    const { place } = mounted(TicketCard, { ticket: { ...TICKET, code: null, created: false } });
    expect(words(place.querySelector("button"))).toBe("复制单号");
  });
});
