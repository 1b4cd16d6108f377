import { describe, expect, it, vi } from "vitest";
import { nextTick, reactive } from "vue";
import RatingCard from "../../widget/cards/RatingCard.vue";
import type { RatingState } from "../../widget/cards/rating";
import { mounted, words } from "../mounted";

function asked(changes: Partial<RatingState> = {}) {
  const rating = reactive<RatingState>({ phase: "asked", failure: "", ...changes });
  const onRate = vi.fn();
  const { place } = mounted(RatingCard, { question: "怎么样？", rating, onRate });
  const press = async (label: string) => {
    [...place.querySelectorAll("button")].find((button) => words(button) === label)!.click();
    await nextTick();
  };
  const write = async (text: string) => {
    const box = place.querySelector("textarea")!;
    box.value = text;
    box.dispatchEvent(new Event("input"));
    await nextTick();
  };
  return { place, rating, onRate, press, write };
}

describe("the question how content the visitor was", () => {
  it("has five plain answers, and asks for words only after one", async () => {
    const { place, press } = asked();
    expect([...place.querySelectorAll("button")].map(words)).toEqual([
      ...["很不满意", "不满意", "一般", "满意", "很满意"],
    ]);
    expect(place.querySelector("textarea")).toBeNull();
    await press("满意");
    expect(place.querySelector('[aria-pressed="true"]')?.textContent).toContain("满意");
    expect(place.querySelector("textarea")).not.toBeNull();
  });

  it("can be answered without a word", async () => {
    const { onRate, press } = asked();
    await press("很满意");
    await press("提交");
    expect(onRate).toHaveBeenCalledExactlyOnceWith({ score: 5 });
  });

  it("takes the words that go with it, and no more than the service does", async () => {
    const { place, onRate, press, write } = asked();
    await press("很不满意");
    await write("长".repeat(501));
    expect(words(place)).toContain("已超出 1 字");
    await press("提交");
    expect(onRate).not.toHaveBeenCalled();
    await write(" 等太久 ");
    await press("提交");
    expect(onRate).toHaveBeenCalledExactlyOnceWith({ score: 1, words: "等太久" });
  });

  it("says why an answer was not taken, and keeps it", async () => {
    const { place, rating, press, write } = asked();
    await press("一般");
    await write("还行");
    Object.assign(rating, { failure: "网络不通，请检查网络后重试。" });
    await nextTick();
    expect(words(place)).toContain("网络不通");
    expect(place.querySelector("textarea")!.value).toBe("还行");
  });

  it("thanks for an answer and asks no more", async () => {
    const { place, rating, press } = asked();
    await press("满意");
    rating.phase = "given";
    await nextTick();
    expect(words(place)).toContain("谢谢您");
    expect(place.querySelector("button")).toBeNull();
  });
});
