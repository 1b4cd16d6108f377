import { describe, expect, it, vi } from "vitest";
import type { Handoff } from "../../widget/api/contract";
import WhoAnswers from "../../widget/person/WhoAnswers.vue";
import { mounted, words } from "../mounted";

const PROPS = { status: "bot", handoff: null, theyType: false, lineIsDown: false, leaving: false };
const QUEUED: Handoff = { state: "waiting", position: 2, wait_minutes: 6 };

const shown = (props: Record<string, unknown>) => mounted(WhoAnswers, { ...PROPS, ...props }).place;
const told = (props: Record<string, unknown>) =>
  words(shown(props).querySelector('[role="status"]'));

describe("who answers", () => {
  it("is the bot, with a button that asks for a person", () => {
    const onPerson = vi.fn();
    const place = shown({ onPerson });
    expect(words(place)).toContain("AI 助手在答复");
    place.querySelector("button")!.click();
    expect(onPerson).toHaveBeenCalledOnce();
  });

  it("is awaited with the place in the queue and the wait, and need not be awaited", () => {
    const onLeave = vi.fn();
    const place = shown({ status: "waiting", handoff: QUEUED, onLeave });
    expect(words(place)).toContain("您排在第 2 位，估计要等 6 分钟");
    expect(words(place)).toContain("接着补充情况");
    const button = place.querySelector("button")!;
    expect(words(button)).toBe("不等了，继续问");
    button.click();
    expect(onLeave).toHaveBeenCalledOnce();
  });

  it("is awaited without a wait that nobody knows", () => {
    const handoff = { ...QUEUED, position: 1, wait_minutes: null };
    expect(told({ status: "waiting", handoff })).toBe("正在等坐席接入，您是下一位");
  });

  it("is an operator by name, and is said to be writing outside of what is read out", () => {
    const handoff: Handoff = { state: "operator", position: null, operator: "王芳" };
    const place = shown({ status: "operator", handoff, theyType: true });
    expect(words(place.querySelector('[role="status"]'))).toBe("坐席 王芳 正在和您对话");
    const typing = place.querySelector('[aria-live="off"]');
    expect(words(typing)).toContain("坐席 王芳 正在输入");
    expect(place.querySelector("button")).toBeNull();
  });

  it("is the bot while nobody is on duty, with the hours", () => {
    const handoff: Handoff = { state: "offline", position: null, hours: "工作日 9:00—17:00" };
    expect(told({ handoff })).toBe(
      "现在没有坐席值班（值班时间：工作日 9:00—17:00），由 AI 助手答复",
    );
    expect(shown({ handoff }).querySelector("button")).toBeNull();
  });

  it("will be the bot again after an operator has ended the talk", () => {
    expect(told({ status: "closed" })).toContain("人工服务已结束");
  });

  it("is told together with a line that is down", () => {
    expect(told({ status: "waiting", handoff: QUEUED, lineIsDown: true })).toContain(
      "正在重新连接",
    );
  });
});
