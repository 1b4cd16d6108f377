import { describe, expect, it } from "vitest";
import { useLabel, wordsOf } from "../../../../console/asked/labelling/reading";
import type { LabelVocabulary } from "../../../../console/asked/contract";

const VOCABULARY: LabelVocabulary = {
  intents: [
    {
      name: "侵权",
      options: [
        { value: "infringed", label: "权利被侵犯" },
        { value: "squatted", label: "被抢注" },
      ],
    },
    {
      name: "接着问",
      options: [
        { value: "ask_cost", label: "问费用" },
        { value: "ask_time", label: "问多久" },
      ],
    },
  ],
  situations: [
    { value: "infringed", label: "权利被侵犯" },
    { value: "squatted", label: "被抢注" },
    { value: "out_of_scope", label: "不在热线范围" },
  ],
  rights: [
    { name: "商标", options: [{ value: "trademark", label: "商标" }] },
    {
      name: "专利",
      options: [
        { value: "patent_invention", label: "发明专利" },
        { value: "patent", label: "专利（类型未明）" },
      ],
    },
  ],
  facts: [
    {
      slot: "venue",
      name: "发生场合",
      several: false,
      options: [
        { value: "ecommerce", label: "电商平台" },
        { value: "exhibition", label: "展会" },
      ],
    },
    {
      slot: "circumstances",
      name: "情形",
      several: true,
      options: [
        { value: "safety", label: "涉及安全" },
        { value: "seller", label: "我方只是销售者" },
      ],
    },
  ],
};

function begun(from: Parameters<ReturnType<typeof useLabel>["begin"]>[0] = null) {
  const reading = useLabel(VOCABULARY);
  reading.begin(from);
  return reading;
}

const pressAll = (reading: ReturnType<typeof useLabel>, ...places: number[]) =>
  places.forEach((place) => reading.press(place));

describe("a label by number keys", () => {
  it("opens a group, takes a value and goes on; an intent that is a situation says it", () => {
    const reading = begun();
    pressAll(reading, 0, 1);
    expect(reading.label.intent).toBe("squatted");
    expect(reading.label.situation).toBe("squatted");
    expect(reading.steps.value).toEqual(["intent", "right", "facts"]);
    expect(reading.step.value).toBe("right");
  });

  it("asks for the situation where the intent does not say it, and lets it be left open", () => {
    const reading = begun();
    pressAll(reading, 1, 0);
    expect(reading.step.value).toBe("situation");
    expect(reading.options.value.map(({ text }) => text)).toEqual([
      "侵权",
      "不在热线范围",
      "没有说到",
    ]);
    reading.press(2);
    expect([reading.label.situation, reading.step.value]).toEqual([null, "right"]);
  });

  it("keeps one value of a fact, or several where several may hold, and takes one back", () => {
    const reading = begun({ intent: "infringed", situation: "infringed", right: null, facts: {} });
    reading.goTo("facts");
    pressAll(reading, 0, 0);
    pressAll(reading, 0, 1);
    pressAll(reading, 1, 0, 1);
    expect(reading.label.facts).toEqual({ venue: "exhibition", circumstances: "safety、seller" });
    reading.press(0);
    expect(reading.label.facts.circumstances).toBe("seller");
  });

  it("is accepted as proposed by going on, and complete at the last step", () => {
    const proposed = { intent: "ask_cost", situation: null, right: "patent", facts: {} };
    const reading = begun(proposed);
    expect([reading.next(), reading.next(), reading.next()]).toEqual([false, false, false]);
    expect(reading.next()).toBe(true);
    expect({ ...reading.label }).toEqual(proposed);
  });

  it("does not go on without an intent, and says so", () => {
    const reading = begun();
    expect(reading.next()).toBe(false);
    expect([reading.step.value, reading.problem.value]).toEqual(["intent", "请先选意图。"]);
  });

  it("goes back out of a group first, then a step", () => {
    const reading = begun({ intent: "infringed", situation: "infringed", right: null, facts: {} });
    reading.goTo("right");
    reading.press(1);
    reading.back();
    expect([reading.step.value, reading.open.value]).toEqual(["right", null]);
    reading.back();
    expect(reading.step.value).toBe("intent");
  });

  it("begins anew with the next sentence", () => {
    const reading = begun({ intent: "ask_cost", situation: null, right: "patent", facts: {} });
    reading.begin(null);
    expect({ ...reading.label }).toEqual({ intent: "", situation: null, right: null, facts: {} });
  });

  it("is told in Chinese", () => {
    const facts = { venue: "ecommerce", circumstances: "safety、seller" };
    const label = { intent: "ask_cost", situation: null, right: "trademark", facts };
    expect(wordsOf(VOCABULARY, label)).toEqual({
      intent: "问费用",
      situation: "没有说到",
      right: "商标",
      facts: "发生场合：电商平台；情形：涉及安全、我方只是销售者",
    });
  });
});
