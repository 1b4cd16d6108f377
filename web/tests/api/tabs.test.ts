import { afterEach, describe, expect, it, vi } from "vitest";
import { Tabs, type Word } from "../../widget/api/tabs";

const WORD: Word = { news: "changed", session: "c1" };

describe("the line between tabs", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("brings to the other tab what one tells, and not to itself", async () => {
    const [here, there] = [new Tabs("test"), new Tabs("test")];
    const [echo, heard] = [vi.fn(), vi.fn()];
    here.listen(echo);
    there.listen(heard);
    here.tell(WORD);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(WORD));
    expect(echo).not.toHaveBeenCalled();
    here.leave();
    there.leave();
  });

  it("is silent where the browser withholds it", () => {
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor() {
          throw new DOMException("blocked", "SecurityError");
        }
      },
    );
    const tabs = new Tabs("test");
    tabs.listen(vi.fn());
    expect(() => tabs.tell(WORD)).not.toThrow();
    tabs.leave();
  });
});
