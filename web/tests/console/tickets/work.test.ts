import { createApp, h, nextTick } from "vue";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { door } from "../../../console/api/http";
import { DeskError } from "../../../console/api/problems";
import { session } from "../../../console/api/session";
import { openTicket, type Work } from "../../../console/tickets/one/work";

const ticket = (version: number) => ({ number: "JX1", version, moves: [] });
const get = vi.spyOn(door, "get");
const patch = vi.spyOn(door, "patch");

/** A page on which the ticket JX1 is open, looked up. */
async function opened(): Promise<Work> {
  let work: Work;
  const page = { setup: () => ((work = openTicket("JX1")), () => h("p")) };
  createApp(page).mount(document.createElement("div"));
  await vi.waitFor(() => expect(work.ticket.value).not.toBeNull());
  return work!;
}

beforeEach(() => {
  session.me = { id: 1 } as typeof session.me;
  get.mockReset().mockImplementation(async () => ticket(1));
  patch.mockReset();
});

describe("work on a ticket", () => {
  it("names the version that was seen, and reads the ticket no second time", async () => {
    patch.mockResolvedValue(ticket(2));
    const work = await opened();
    expect(await work.change({ status: "done" })).toBe(true);
    expect(patch).toHaveBeenCalledWith("/tickets/JX1", { status: "done", version: 1 });
    expect(work.ticket.value!.version).toBe(2);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("shows what a colleague did when he was faster, and says that nothing was changed", async () => {
    patch.mockRejectedValue(new DeskError("别人刚改过", 409, "changed_meanwhile"));
    const work = await opened();
    get.mockImplementation(async () => ticket(7));
    expect(await work.change({ status: "done" })).toBe(false);
    expect(work.ticket.value!.version).toBe(7);
    await nextTick();
    expect(document.body.textContent).toContain("别人刚改过");
  });

  it("does one thing at a time", async () => {
    let answer: (value: unknown) => void = () => {};
    patch.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const work = await opened();
    const first = work.change({ status: "done" });
    expect(await work.change({ status: "done" })).toBe(false);
    answer(ticket(2));
    expect(await first).toBe(true);
    expect(patch).toHaveBeenCalledTimes(1);
  });
});
