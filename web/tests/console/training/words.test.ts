import { describe, expect, it } from "vitest";
import type { Report, Run, Scores } from "../../../console/training/contract";
import {
  changeWords,
  headLines,
  intentLines,
  isUsable,
  modelName,
  runWords,
  shareWords,
  switchWords,
} from "../../../console/training/words";

const RUN: Run = {
  ...{ id: 12, state: "ready", started_by: "王芳", started_at: "2026-11-29T10:00:00+08:00" },
  ...{ ended_at: "2026-11-29T10:12:00+08:00", progress: 100, sentences: 40, left_out: 2 },
  ...{ model: "12-0123456789ab", problem: null, activated_by: null, activated_at: null },
  refused_for: [],
};

function scores(f1: number, ece: number): Scores {
  const intents = [
    { intent: "greet", label: "问候", precision: 1, recall: 1, f1: 0.9, support: 9 },
    { intent: "infringed", label: "被侵权", precision: null, recall: f1, f1, support: 30 },
  ];
  return { macro_f1: f1, accuracy: f1, ece, intents, confusions: [], bins: [] };
}

const REPORT: Report = {
  held_out: {
    ...{ sentences: 39, before: scores(0.7, 0.1), after: scores(0.75, 0.12) },
    ...{ better: [], worse: [] },
  },
  cases: {
    looked_at: 240,
    before: { acceptable: 0.9, exact: 0.8, harm: 1 },
    after: { acceptable: 0.9, exact: 0.8, harm: 3 },
    ...{ better: [], worse: [], hidden_better: 0, hidden_worse: 0 },
  },
  ...{ harms: [], hidden_harms: 0, floors: [], refused: true, why: [], seconds: 60 },
};

describe("a training in words", () => {
  it("says who began it when, what it learnt from and how long it took", () => {
    expect(runWords(RUN)).toBe(
      "王芳 始于 2026年11月29日 10:00，工作台标注的 40 句，另有 2 句不能用来训练，用时 12分。",
    );
  });

  it("names a model by its training", () => {
    expect(modelName("12-0123456789ab")).toBe("第 12 次训练的模型");
    expect(modelName("shipped")).toBe("系统自带的模型");
  });

  it("may be put in use only while its model is there", () => {
    expect(isUsable(RUN)).toBe(true);
    expect(isUsable({ ...RUN, state: "superseded", model: null })).toBe(false);
    expect(isUsable({ ...RUN, state: "withdrawn" })).toBe(true);
    expect(isUsable({ ...RUN, state: "refused" })).toBe(false);
  });

  it("says why a model was not put in use", () => {
    const failed = { model: "12-0123456789ab", step: "failed" as const, problem: "内存不够。" };
    expect(switchWords(failed)).toBe("内存不够。");
  });
});

describe("a report in words", () => {
  it("tells shares and differences as one reads them", () => {
    expect(shareWords(0.7839)).toBe("78.4%");
    expect(shareWords(null)).toBe("—");
    expect(changeWords(0.7, 0.75)).toBe("+5.0");
    expect(changeWords(0.75, 0.7)).toBe("−5.0");
    expect(changeWords(0.7, 0.7001)).toBe("不变");
  });

  it("knows which way is better", () => {
    const tones = Object.fromEntries(headLines(REPORT).map(({ name, tone }) => [name, tone]));
    expect(tones["准确率"]).toBe("good");
    expect(tones["校准误差（越低越好）"]).toBe("bad");
    expect(tones["案例：指到不该去的地方"]).toBe("bad");
  });

  it("shows the intents that changed most first", () => {
    expect(intentLines(REPORT).map(({ name, change }) => [name, change])).toEqual([
      ["被侵权", "+5.0"],
      ["问候", "不变"],
    ]);
  });
});
