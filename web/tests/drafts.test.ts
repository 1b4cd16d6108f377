import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../widget/api";
import ReferralCard from "../widget/ReferralCard.vue";
import SaidMessage from "../widget/SaidMessage.vue";
import type { FetchDraft } from "../widget/drafts";
import { mounted, words } from "./mounted";
import { aMessage, aReferral, aRemedy } from "./samples";

const COMPLAINT = { key: "trademark_complaint", title: "商标侵权投诉书" };
const LIST = { key: "evidence_list", title: "证据目录" };

describe("drafts", () => {
  /** Names of the files that the browser was told to save. */
  let saved: string[];

  beforeEach(() => {
    saved = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
  });
  afterEach(() => vi.restoreAllMocks());

  function message(fetchDraft?: FetchDraft) {
    const offering = aMessage("可以先用这两份。", { drafts: [COMPLAINT, LIST] });
    const { place } = mounted(SaidMessage, { message: offering, continued: false }, fetchDraft);
    return { place, buttons: [...place.querySelectorAll<HTMLButtonElement>(".drafts button")] };
  }

  it("stand on the message that offers them, each with a button that names it", () => {
    const { buttons } = message();
    expect(buttons.map(words)).toEqual(["下载草稿（Word）：商标侵权投诉书", "下载草稿（Word）：证据目录"]);
  });

  it("stand with the remedy that they are for", () => {
    const remedies = [aRemedy({ drafts: [COMPLAINT] }), aRemedy({ key: "civil_litigation", name: "民事诉讼" })];
    const { place } = mounted(ReferralCard, { referral: aReferral({ remedies }), asks: [] });
    const [best, other] = [...place.querySelectorAll("details.remedy")];
    expect(words(best?.querySelector(".drafts"))).toContain("商标侵权投诉书");
    expect([...(best?.querySelectorAll("dt") ?? [])].map(words)).toContain("草稿");
    expect(other?.querySelector(".drafts")).toBeNull();
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
    const outcomes = [Promise.reject(new ApiError("这份草稿和您现在说的情况对不上。", { status: 409 }))];
    const { place, buttons } = message(() => outcomes.shift() ?? Promise.resolve(new Blob()));
    buttons[0]?.click();
    await vi.waitFor(() => expect(words(place.querySelector(".failed"))).toBe("这份草稿和您现在说的情况对不上。"));
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
