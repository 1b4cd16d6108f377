import { afterEach, describe, expect, it } from "vitest";
import { takenLink } from "../../widget/moving/arrival";

describe("a link in the page's address", () => {
  afterEach(() => history.replaceState(null, "", "/"));

  it("is taken out of the address bar and the history at once", () => {
    history.replaceState(null, "", "/?from=wx#go=gAAA-b_c");
    const before = history.length;
    expect(takenLink()).toBe("gAAA-b_c");
    expect(location.href).not.toContain("go=");
    expect(location.search).toBe("?from=wx");
    expect(history.length).toBe(before);
    expect(takenLink()).toBeUndefined();
  });

  it("leaves any other fragment where it is", () => {
    history.replaceState(null, "", "/#chapter");
    expect(takenLink()).toBeUndefined();
    expect(location.hash).toBe("#chapter");
  });

  it("is bounded, whatever stands there", () => {
    history.replaceState(null, "", `/#go=${"x".repeat(5000)}`);
    expect(takenLink()).toHaveLength(400);
  });
});
