import { beforeEach, describe, expect, it } from "vitest";
import { type Handlers, Keyboard, strokeOf } from "../../../console/keys/keyboard";
import { KEYMAP } from "../../../console/keymap";

let now = 0;
const keyboard = (handlers: Handlers) => {
  const made = new Keyboard(KEYMAP, () => now);
  made.bind(handlers);
  return made;
};

function press(target: HTMLElement, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, "target", { value: target });
  return event;
}

function done(): { handlers: Handlers; calls: string[] } {
  const calls: string[] = [];
  const ids = KEYMAP.flatMap(({ shortcuts }) => shortcuts.map(({ id }) => id));
  return { calls, handlers: Object.fromEntries(ids.map((id) => [id, () => void calls.push(id)])) };
}

beforeEach(() => {
  now = 0;
  document.body.innerHTML = `<main></main><textarea></textarea>
    <div aria-modal="true"><button></button></div>`;
});
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;

describe("the keyboard", () => {
  it.each([
    ["c", {}, "conversation.claim"],
    ["r", {}, "composer.focus"],
    ["t", {}, "conversation.transfer"],
    ["e", {}, "conversation.close"],
    ["j", {}, "list.next"],
    ["?", { shiftKey: true }, "help"],
    ["1", { altKey: true, code: "Digit1" }, "suggestion.insert.1"],
    ["3", { altKey: true, ctrlKey: true, code: "Digit3" }, "suggestion.send.3"],
  ])("%s %o means %s", (key, init, id) => {
    const { calls, handlers } = done();
    const event = press(find("main"), key, init);
    expect(keyboard(handlers).handle(event)).toBe(true);
    expect([calls, event.defaultPrevented]).toEqual([[id], true]);
  });

  it("takes two strokes one after another, but not too late", () => {
    const { calls, handlers } = done();
    const keys = keyboard(handlers);
    keys.handle(press(find("main"), "g"));
    keys.handle(press(find("main"), "i"));
    keys.handle(press(find("main"), "g"));
    now = 10_000;
    keys.handle(press(find("main"), "i"));
    expect(calls).toEqual(["go.inbox", "conversation.note"]);
  });

  it("leaves letters to whoever writes, and hears what carries Alt", () => {
    const { calls, handlers } = done();
    const keys = keyboard(handlers);
    expect(keys.handle(press(find("textarea"), "c"))).toBe(false);
    expect(keys.handle(press(find("textarea"), "2", { altKey: true }))).toBe(true);
    expect(calls).toEqual(["suggestion.insert.2"]);
  });

  it("does not reach behind an open dialog", () => {
    const { handlers } = done();
    expect(keyboard(handlers).handle(press(find("[aria-modal] button"), "c"))).toBe(false);
  });

  it("leaves a key its own meaning when the handler did nothing", () => {
    const event = press(find("main"), "e");
    expect(keyboard({ "conversation.close": () => false }).handle(event)).toBe(false);
    expect(event.defaultPrevented).toBe(false);
  });

  it("asks the page that was opened last first", () => {
    const calls: string[] = [];
    const keys = keyboard({ "list.search": () => void calls.push("list") });
    const close = keys.bind({ "lookup.search": () => void calls.push("page") });
    keys.handle(press(find("main"), "/"));
    close();
    keys.handle(press(find("main"), "/"));
    expect(calls).toEqual(["page", "list"]);
  });

  it.each([
    [{ key: "Process", code: "KeyJ" }, "j"],
    [{ key: "？", code: "Slash", shiftKey: true }, "?"],
    [{ key: "、", code: "Slash" }, "/"],
    [{ key: "¡", code: "Digit1", altKey: true }, "Alt+1"],
    [{ key: "Escape", code: "Escape" }, "Escape"],
    [{ key: "c", code: "KeyC", metaKey: true }, "Meta+c"],
  ])("reads %o as %s, whatever input method is on", (init, stroke) => {
    expect(strokeOf(new KeyboardEvent("keydown", init))).toBe(stroke);
  });

  it("has no two meanings for one key in one place", () => {
    for (const { shortcuts } of KEYMAP) {
      const keys = shortcuts.map((shortcut) => shortcut.keys);
      expect(keys).toEqual([...new Set(keys)]);
    }
  });

  it("gives keys that work together on one page different strokes", () => {
    const together = KEYMAP.filter(({ title }) =>
      ["到处都能用", "会话列表", "打开的会话", "答复与建议"].includes(title),
    ).flatMap(({ shortcuts }) => shortcuts.map(({ keys }) => keys));
    expect(together).toEqual([...new Set(together)]);
  });
});
