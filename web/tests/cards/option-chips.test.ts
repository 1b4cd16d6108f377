import { describe, expect, it, vi } from "vitest";
import OptionChips from "../../widget/cards/OptionChips.vue";
import { mounted, words } from "../mounted";

function chips(count: number) {
  const onPress = vi.fn();
  const options = Array.from({ length: count }, (_, index) => ({
    title: `选项${index + 1}`,
    payload: `/${index + 1}`,
  }));
  const { place } = mounted(OptionChips, { options, label: "快捷回复", onPress });
  return { onPress, options, buttons: () => [...place.querySelectorAll("button")] };
}

describe("the options under a message", () => {
  it("stand side by side up to six", () => {
    expect(chips(6).buttons().map(words)).toEqual([
      "选项1",
      "选项2",
      "选项3",
      "选项4",
      "选项5",
      "选项6",
    ]);
  });

  it("beyond six wait behind one button that says how many", () => {
    const { buttons } = chips(11);
    expect(buttons()).toHaveLength(7);
    expect(words(buttons().at(-1))).toBe("更多选项（5）");
  });

  it("come all at once, with the keyboard's focus on the first new one", async () => {
    const { buttons } = chips(11);
    buttons().at(-1)?.click();
    await vi.waitFor(() => expect(words(document.activeElement)).toBe("选项7"));
    expect(buttons()).toHaveLength(11);
  });

  it("answer with the whole option", () => {
    const { buttons, options, onPress } = chips(2);
    buttons()[1]?.click();
    expect(onPress).toHaveBeenCalledWith(options[1]);
  });
});
