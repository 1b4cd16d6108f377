import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../widget/api/api";
import ReferralCard from "../../../widget/cards/ReferralCard.vue";
import SaidMessage from "../../../widget/chat/SaidMessage.vue";
import type { Service } from "../../../widget/api/service";
import { mounted, words } from "../../mounted";
import { aDeadline, aMessage, aReferral, aRemedy } from "../../samples";

const COMPLAINT = { key: "trademark_complaint", title: "商标侵权投诉书" };
const LIST = { key: "evidence_list", title: "证据目录" };

/** Names of the files that the browser was told to save. */
let saved: string[];

beforeEach(() => {
  saved = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push(this.download);
  });
});
afterEach(() => vi.restoreAllMocks());

describe("drafts", () => {
  function message(draft?: Service["draft"]) {
    const offering = aMessage("可以先用这两份。", { drafts: [COMPLAINT, LIST] });
    const { place } = mounted(
      SaidMessage,
      { message: offering, continued: false },
      draft && { draft },
    );
    return { place, buttons: [...place.querySelectorAll<HTMLButtonElement>(".download button")] };
  }

  it("stand on the message that offers them, each with a button that names it", () => {
    const { buttons } = message();
    expect(buttons.map(words)).toEqual([
      "下载草稿（Word）：商标侵权投诉书",
      "下载草稿（Word）：证据目录",
    ]);
  });

  it("stand with the remedy that they are for", () => {
    const remedies = [
      aRemedy({ drafts: [COMPLAINT] }),
      aRemedy({ key: "civil_litigation", name: "民事诉讼" }),
    ];
    const { place } = mounted(ReferralCard, {
      referral: aReferral({ remedies }),
      asks: [],
      as: "newest",
    });
    const [best, other] = [...place.querySelectorAll(".remedy")];
    expect(words(best?.querySelector(".download"))).toContain("商标侵权投诉书");
    expect(other?.querySelector(".download")).toBeNull();
  });

  it("are saved under their Chinese name", async () => {
    const fetched: string[] = [];
    const { place, buttons } = message(async (key) => {
      fetched.push(key);
      return new Blob(["word"]);
    });
    buttons[1]?.click();
    await vi.waitFor(() => expect(saved).toEqual(["证据目录（草稿）.docx"]));
    expect(fetched).toEqual(["evidence_list"]);
    await vi.waitFor(() => expect(words(place.querySelector("[role=status]"))).toContain("已下载"));
    expect(place.querySelector("a[download]")).toBeNull();
  });

  it("that cannot be had say why, and can be asked for again", async () => {
    const outcomes = [
      Promise.reject(new ApiError("这份草稿和您现在说的情况对不上。", { status: 409 })),
    ];
    const { place, buttons } = message(() => outcomes.shift() ?? Promise.resolve(new Blob()));
    buttons[0]?.click();
    await vi.waitFor(() =>
      expect(words(place.querySelector(".failed"))).toBe("这份草稿和您现在说的情况对不上。"),
    );
    expect(saved).toEqual([]);
    buttons[0]?.click();
    await vi.waitFor(() => expect(saved).toEqual(["商标侵权投诉书（草稿）.docx"]));
    await vi.waitFor(() => expect(place.querySelector(".failed")).toBeNull());
  });

  it("are fetched one at a time", async () => {
    let asked = 0;
    const { buttons } = message(() => {
      asked++;
      return new Promise(() => {});
    });
    buttons[0]?.click();
    await vi.waitFor(() => expect(words(buttons[0])).toContain("正在生成"));
    buttons[0]?.click();
    buttons[1]?.click();
    expect(asked).toBe(1);
    expect(buttons[1]?.getAttribute("aria-disabled")).toBe("true");
  });
});

describe("the calendar file", () => {
  function button(
    referral: Parameters<typeof aReferral>[0],
    props = {},
    calendar?: Service["calendar"],
  ) {
    const whole = { referral: aReferral(referral), asks: [], as: "newest", ...props };
    const { place } = mounted(ReferralCard, whole, calendar && { calendar });
    const buttons = [...place.querySelectorAll<HTMLButtonElement>(".download button")];
    return { place, button: buttons.find((one) => words(one).includes(".ics")) };
  }
  const DATED = { remedies: [aRemedy({ deadlines: [aDeadline()] })] };

  it("is offered once, where a deadline has a day that is not over", () => {
    const remedies = [aRemedy(), aRemedy({ key: "civil_litigation", deadlines: [aDeadline()] })];
    expect(button({ remedies }).place.querySelectorAll(".download button")).toHaveLength(1);
    for (const day of [null, "2026-11-21"]) {
      const deadlines = [aDeadline({ due: day, act_by: day })];
      expect(button({ remedies: [aRemedy({ deadlines })] }).button).toBeUndefined();
    }
  });

  it("is offered for a day from which one can act", () => {
    const coming = aDeadline({ due: null, act_by: null, opens_on: "2027-03-08" });
    expect(button({ remedies: [aRemedy({ deadlines: [coming] })] }).button).toBeDefined();
  });

  it("belongs to the matter as it stands now, not to an earlier card or to a matter told beside it", () => {
    expect(button(DATED, { as: "earlier" }).button).toBeUndefined();
    expect(button({ others: [aReferral(DATED)] }).button).toBeUndefined();
  });

  it("is saved under its Chinese name", async () => {
    const { place, button: save } = button(DATED);
    save?.click();
    await vi.waitFor(() => expect(saved).toEqual(["维权期限.ics"]));
    await vi.waitFor(() =>
      expect(words(place.querySelector(".download [role=status]"))).toContain("加进日历"),
    );
  });

  it("that cannot be had says why", async () => {
    const refusal = () =>
      Promise.reject(new ApiError("目前还没有算得出日子的期限。", { status: 404 }));
    const { place, button: save } = button(DATED, {}, refusal);
    save?.click();
    await vi.waitFor(() =>
      expect(words(place.querySelector(".failed"))).toBe("目前还没有算得出日子的期限。"),
    );
    expect(saved).toEqual([]);
  });
});
