import { effectScope } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useCheck } from "../../../console/content/editing/checking";
import { NAME } from "./samples";

type Answer = { problems: { line: number | null; message: string }[] };

let asked: string[];
let answer: (told: Answer) => void;
let refuse: (why: Error) => void;
const check = (_: unknown, body: string) => {
  asked.push(body);
  return new Promise<Answer>((resolve, reject) => ([answer, refuse] = [resolve, reject]));
};
const scope = effectScope();
const checking = () => scope.run(() => useCheck(check, 100))!;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
});
afterEach(() => vi.useRealTimers());

describe("checking while one types", () => {
  it("waits until nothing is typed for a moment, and asks for the newest text", async () => {
    const { typed, state, problems } = checking();
    typed(NAME, "一");
    await vi.advanceTimersByTimeAsync(60);
    typed(NAME, "一二");
    expect(state.value).toBe("old");
    await vi.advanceTimersByTimeAsync(120);
    expect([asked, state.value]).toEqual([["一二"], "checking"]);
    answer({ problems: [{ line: 2, message: "查无此条" }] });
    await vi.advanceTimersByTimeAsync(0);
    expect([state.value, problems.value[0]?.line]).toEqual(["done", 2]);
  });

  it("asks for one at a time, and then for what was typed meanwhile", async () => {
    const { typed, state } = checking();
    typed(NAME, "一");
    await vi.advanceTimersByTimeAsync(100);
    typed(NAME, "二");
    typed(NAME, "三");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(["一"]);
    answer({ problems: [] });
    await vi.advanceTimersByTimeAsync(200);
    expect([asked, state.value]).toEqual([["一", "三"], "checking"]);
  });

  it("says when it could not be checked, and keeps no one from writing", async () => {
    const { typed, state } = checking();
    typed(NAME, "一");
    await vi.advanceTimersByTimeAsync(100);
    refuse(new Error("down"));
    await vi.advanceTimersByTimeAsync(0);
    expect(state.value).toBe("failed");
  });
});
