import { describe, expect, it } from "vitest";
import ExplainedLaw from "../../widget/cards/ExplainedLaw.vue";
import { mounted, words } from "../mounted";
import { aCitation, aReferral } from "../samples";

describe("an explanation below its answer", () => {
  it("is its articles, which can be opened", () => {
    const { place, opened } = mounted(ExplainedLaw, { citations: [aCitation()], referral: null });
    place.querySelector<HTMLElement>(".chip")?.click();
    expect(opened).toEqual([aCitation()]);
    expect(place.querySelector("details")).toBeNull();
  });

  it("keeps the rest of the advice folded", () => {
    const { place } = mounted(ExplainedLaw, { citations: [], referral: aReferral() });
    expect(words(place)).not.toContain("相关条文");
    expect(place.querySelector("details")?.open).toBe(false);
    expect(words(place.querySelector("details"))).toContain("商标行政投诉");
  });
});
