import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { ApiError } from "../../widget/api/api";
import MoveDialog from "../../widget/moving/MoveDialog.vue";
import { mounted, words } from "../mounted";
import { aCode } from "../samples";

const PAGE = "https://helpline.example";

describe("the dialog for going on elsewhere", () => {
  let place: HTMLElement;
  const make = vi.fn(async () => aCode());
  const use = vi.fn(async (_code: string) => {});

  const button = (label: string) =>
    [...place.querySelectorAll("button")].find((one) => words(one) === label);
  async function press(label: string): Promise<void> {
    button(label)!.click();
    await vi.advanceTimersByTimeAsync(0);
    await nextTick();
  }
  async function submit(code: string): Promise<void> {
    const box = place.querySelector("input")!;
    box.value = code;
    box.dispatchEvent(new Event("input"));
    place.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await vi.advanceTimersByTimeAsync(0);
    await nextTick();
  }

  beforeEach(() => {
    vi.useFakeTimers();
    make.mockClear();
    use.mockClear();
    const props = { canMake: true, hasAside: false, page: PAGE, make, use };
    ({ place } = mounted(MoveDialog, props));
  });
  afterEach(() => vi.useRealTimers());

  it("makes a code only when it is asked for one, and says how long and how it is used", async () => {
    expect(make).not.toHaveBeenCalled();
    await press("生成接续码");
    expect(words(place.querySelector(".made-code"))).toBe("ABCD-2345");
    expect(words(place)).toContain("还有 15 分钟有效");
    expect(words(place)).toContain("发「接着办 ABCD-2345」");
    expect(words(place)).toContain(PAGE);
  });

  it("counts the minutes down and takes the code away when it is over", async () => {
    await press("生成接续码");
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    await nextTick();
    expect(words(place)).toContain("还有 5 分钟有效");
    await vi.advanceTimersByTimeAsync(5 * 60_000 + 1_000);
    await nextTick();
    expect(place.querySelector(".made-code")).toBeNull();
    expect(words(place)).toContain("过了时间");
  });

  it("says what keeps a code from being made", async () => {
    make.mockRejectedValueOnce(new ApiError("网络不通，请检查网络后重试。"));
    await press("生成接续码");
    expect(words(place.querySelector(".failed"))).toBe("没有生成。网络不通，请检查网络后重试。");
  });

  it("tries a code and shows why it does not open", async () => {
    use.mockRejectedValueOnce(new ApiError("这个接续码用不了。", { status: 404 }));
    await submit("ABCD-2345");
    expect(use).toHaveBeenCalledWith("ABCD-2345");
    expect(words(place.querySelector("#code-failure"))).toBe("这个接续码用不了。");
  });

  it("asks the service nothing for an empty box", async () => {
    await submit("  ");
    expect(use).not.toHaveBeenCalled();
    expect(words(place.querySelector("#code-failure"))).toContain("请先填接续码");
  });
});
