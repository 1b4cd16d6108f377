import { describe, expect, it } from "vitest";
import { afterEvent } from "../../../console/inbox/happenings";
import { anItem } from "../samples";

const OWN = 1;
const items = [anItem("a"), anItem("b")];
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe("what happens at the desk", () => {
  it("takes a claimed visitor out of the queue at once", () => {
    const event = { kind: "conversation.claimed", conversation_id: "a", staff_id: 2 } as const;
    const outcome = afterEvent("unanswered", items, event, OWN);
    expect([ids(outcome.items), outcome.isStale]).toEqual([["b"], true]);
  });

  it("takes a conversation that a colleague took over out of one's own", () => {
    const event = { kind: "conversation.claimed", conversation_id: "a", staff_id: 2 } as const;
    expect(ids(afterEvent("mine", items, event, OWN).items)).toEqual(["b"]);
    const own = { ...event, staff_id: OWN };
    expect(ids(afterEvent("mine", items, own, OWN).items)).toEqual(["a", "b"]);
  });

  it("counts what a visitor says as unread before the service is asked", () => {
    const event = { kind: "conversation.message", conversation_id: "b", role: "visitor" } as const;
    const { items: heard } = afterEvent("mine", items, event, OWN);
    expect(heard.map(({ unread }) => unread)).toEqual([0, 1]);
  });

  it("does not count what the desk says", () => {
    const event = { kind: "conversation.message", conversation_id: "b", role: "operator" } as const;
    expect(afterEvent("mine", items, event, OWN).items.map(({ unread }) => unread)).toEqual([0, 0]);
  });

  it.each(["conversation.typing", "conversation.viewers", "presence", "ticket.due"] as const)(
    "does not look the list up for %s",
    (kind) => {
      const outcome = afterEvent("mine", items, { kind, conversation_id: "a" }, OWN);
      expect(outcome).toEqual({ items, isStale: false });
    },
  );
});
