import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OwnTyping, TheirTyping } from "../../widget/person/typing";

describe("that somebody is writing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  describe("here", () => {
    let told: boolean[];
    let typing: OwnTyping;

    beforeEach(() => {
      told = [];
      typing = new OwnTyping((isTyping) => told.push(isTyping));
    });

    it("is told at the first key, and seldom while it goes on", () => {
      for (let key = 0; key < 20; key++) {
        typing.touched(true);
        vi.advanceTimersByTime(200);
      }
      expect(told).toEqual([true, true]);
    });

    it("is over when no key was touched for a while, and told anew at the next one", () => {
      typing.touched(true);
      vi.advanceTimersByTime(10_000);
      expect(told).toEqual([true, false]);
      typing.touched(true);
      expect(told).toEqual([true, false, true]);
    });

    it("is over at once when the box is empty or the words are sent, and told once", () => {
      typing.touched(true);
      typing.touched(false);
      typing.stop();
      vi.advanceTimersByTime(10_000);
      expect(told).toEqual([true, false]);
    });

    it("is not told by a box that was empty all along", () => {
      typing.touched(false);
      expect(told).toEqual([]);
    });
  });

  it("there is shown, until it is over or nothing more is heard of it", () => {
    const shown: boolean[] = [];
    const typing = new TheirTyping((isTyping) => shown.push(isTyping));
    typing.heard(true);
    typing.heard(false);
    typing.heard(true);
    vi.advanceTimersByTime(5_000);
    typing.heard(true);
    vi.advanceTimersByTime(5_000);
    expect(shown).toEqual([true, false, true, true]);
    vi.advanceTimersByTime(5_000);
    expect(shown.at(-1)).toBe(false);
  });
});
