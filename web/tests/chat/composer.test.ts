import { describe, expect, it, vi } from "vitest";
import MessageComposer from "../../widget/chat/MessageComposer.vue";
import { mounted, words } from "../mounted";

function composer(draft: string, canSend = true, remark = "") {
  const onSend = vi.fn();
  const onDraft = vi.fn();
  const { place } = mounted(MessageComposer, { draft, canSend, remark, onSend, onDraft });
  const box = place.querySelector("textarea")!;
  const press = (init: KeyboardEventInit) =>
    box.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }),
    );
  return { place, box, press, onSend, onDraft };
}

describe("the box in which a visitor writes", () => {
  it("sends on Enter", () => {
    const { press, onSend } = composer("商标被仿冒");
    press({});
    expect(onSend).toHaveBeenCalledOnce();
  });

  it("leaves Shift+Enter to the new line", () => {
    const { press, onSend } = composer("商标被仿冒");
    expect(press({ shiftKey: true })).toBe(true);
    expect(onSend).not.toHaveBeenCalled();
  });

  it("does not send while an input method composes", () => {
    const { press, onSend } = composer("shangbiao");
    press({ isComposing: true });
    press({ keyCode: 229 });
    expect(onSend).not.toHaveBeenCalled();
  });

  it("tells how much is too much and keeps it all", () => {
    const { place, box, press, onSend } = composer("字".repeat(2035), false);
    expect(words(place.querySelector(".composer-notice"))).toContain("已超出 35 字");
    expect(words(place.querySelector(".counter"))).toContain("2035 / 2000");
    press({});
    expect(onSend).not.toHaveBeenCalled();
    expect(box.value).toHaveLength(2035);
  });

  it("hands on what cannot go out yet, so that the visitor is told why", () => {
    const { press, onSend } = composer("商标被仿冒", false);
    press({});
    expect(onSend).toHaveBeenCalledOnce();
  });

  it("shows a remark in place of the keys", () => {
    const { place } = composer("", true, "现在还收不了图片，请把上面的字打出来。");
    expect(words(place.querySelector(".composer-notice"))).toContain("收不了图片");
    expect(place.querySelector(".keys")?.hasAttribute("hidden")).toBe(true);
  });

  it("has a button for pictures only where they can be added", () => {
    expect(composer("").place.querySelector(".attach")).toBeNull();
    const onAttach = vi.fn();
    const { place } = mounted(MessageComposer, {
      ...{ draft: "", canSend: true, remark: "", canAttach: true, onAttach },
    });
    expect(words(place.querySelector("button.attach"))).toBe("发图片");
    const picker = place.querySelector<HTMLInputElement>("input[type=file]")!;
    expect(picker.accept).toBe("image/jpeg,image/png,image/webp");
    const picture = new File(["x"], "a.png", { type: "image/png" });
    Object.defineProperty(picker, "files", { value: [picture] });
    picker.dispatchEvent(new Event("change"));
    expect(onAttach).toHaveBeenCalledWith([picture]);
  });

  it("hands on every change of the draft", () => {
    const { box, onDraft } = composer("");
    box.value = "商标";
    box.dispatchEvent(new Event("input"));
    expect(onDraft).toHaveBeenCalledWith("商标");
  });
});
