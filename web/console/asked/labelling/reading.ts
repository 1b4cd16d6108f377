import { computed, reactive, ref, shallowRef } from "vue";
import type { ChoiceGroup, Label, LabelVocabulary } from "../contract";

export type Step = "intent" | "situation" | "right" | "facts";

/** What a number key does at the moment. */
export interface Option {
  text: string;
  chosen: boolean;
  /** Opens further choices. */
  opens: boolean;
  pick: () => void;
}

const JOINED_BY = "、";
const NONE = "没有说到";
export const STEPS: Record<Step, string> = {
  intent: "意图",
  situation: "处境",
  right: "权利",
  facts: "情况",
};
const ORDER = Object.keys(STEPS) as Step[];

export const emptyLabel = (): Label => ({ intent: "", situation: null, right: null, facts: {} });

/** The label of one sentence as it is being made, step by step, by number keys. */
export function useLabel(vocabulary: LabelVocabulary) {
  const label = reactive<Label>(emptyLabel());
  const step = ref<Step>("intent");
  const opened = ref<number | null>(null);
  const problem = shallowRef("");
  const situations = groupsOfSituations(vocabulary);
  const isSituation = new Set(vocabulary.situations.map(({ value }) => value));

  const groups = computed<ChoiceGroup[]>(() => {
    if (step.value === "intent") return vocabulary.intents;
    if (step.value === "situation") return situations;
    return step.value === "right" ? vocabulary.rights : vocabulary.facts;
  });
  const open = computed(() => (opened.value === null ? null : groups.value[opened.value]!));
  /** The intent says the situation: it is not asked for. */
  const steps = computed(() =>
    ORDER.filter((one) => one !== "situation" || !isSituation.has(label.intent)),
  );
  const isLast = computed(() => step.value === steps.value.at(-1));

  const options = computed<Option[]>(() => {
    if (open.value) return open.value.options.map((one) => leaf(one.value, one.label));
    const all = groups.value.map((group, place) =>
      group.options.length === 1 && step.value !== "facts"
        ? leaf(group.options[0]!.value, group.options[0]!.label)
        : branch(group, place),
    );
    const mayBeNone = step.value === "situation" || step.value === "right";
    return mayBeNone ? [...all, none()] : all;
  });

  function begin(from: Label | null): void {
    Object.assign(label, emptyLabel(), structuredCopy(from));
    goTo("intent");
  }

  function goTo(to: Step): void {
    [step.value, opened.value, problem.value] = [to, null, ""];
  }

  /** One step on; whether the label is complete. */
  function next(): boolean {
    if (!label.intent) {
      problem.value = "请先选意图。";
      return false;
    }
    if (opened.value !== null) opened.value = null;
    if (isLast.value) return true;
    goTo(steps.value[steps.value.indexOf(step.value) + 1]!);
    return false;
  }

  function back(): void {
    if (opened.value !== null) opened.value = null;
    else goTo(steps.value[Math.max(0, steps.value.indexOf(step.value) - 1)]!);
  }

  function press(place: number): boolean {
    const option = options.value[place];
    option?.pick();
    return option !== undefined;
  }

  function leaf(value: string, text: string): Option {
    if (step.value === "facts") return fact(value, text);
    const field = step.value;
    return {
      text,
      chosen: label[field] === value,
      opens: false,
      pick: () => {
        label[field] = value;
        if (field === "intent" && isSituation.has(value)) label.situation = value;
        else if (field === "intent") label.situation = null;
        next();
      },
    };
  }

  function fact(value: string, text: string): Option {
    const { slot, several } = vocabulary.facts[opened.value!]!;
    const said = label.facts[slot]?.split(JOINED_BY) ?? [];
    const chosen = said.includes(value);
    return {
      text,
      chosen,
      opens: false,
      pick: () => {
        const kept = several ? said.filter((one) => one !== value) : [];
        const now = chosen ? kept : [...kept, value];
        if (now.length) label.facts[slot] = now.join(JOINED_BY);
        else delete label.facts[slot];
        if (!several) opened.value = null;
      },
    };
  }

  function branch(group: ChoiceGroup, place: number): Option {
    const values = chosenIn(step.value, group);
    const names = group.options.filter(({ value }) => values.includes(value));
    const said = names.map((one) => one.label).join(JOINED_BY);
    return {
      text: said ? `${group.name}：${said}` : group.name,
      chosen: names.length > 0,
      opens: true,
      pick: () => (opened.value = place),
    };
  }

  function none(): Option {
    const field = step.value as "situation" | "right";
    return {
      text: NONE,
      chosen: label[field] === null,
      opens: false,
      pick: () => {
        label[field] = null;
        next();
      },
    };
  }

  function chosenIn(field: Step, group: ChoiceGroup): string[] {
    if (field !== "facts") return [label[field] ?? ""];
    const slot = "slot" in group ? String(group.slot) : "";
    return label.facts[slot]?.split(JOINED_BY) ?? [];
  }

  return { label, step, steps, open, options, problem, isLast, begin, goTo, next, back, press };
}

/** What a label says, in Chinese, by step. */
export function wordsOf(vocabulary: LabelVocabulary, label: Label): Record<Step, string> {
  const named = (groups: ChoiceGroup[], value: string | null | undefined) =>
    groups.flatMap(({ options }) => options).find((one) => one.value === value)?.label ?? NONE;
  const facts = vocabulary.facts.flatMap((group) => {
    const said = label.facts[group.slot]?.split(JOINED_BY) ?? [];
    const names = said.map((value) => named([group], value));
    return names.length ? [`${group.name}：${names.join(JOINED_BY)}`] : [];
  });
  return {
    intent: label.intent ? named(vocabulary.intents, label.intent) : "",
    situation: named([{ name: "", options: vocabulary.situations }], label.situation),
    right: named(vocabulary.rights, label.right),
    facts: facts.join("；") || NONE,
  };
}

/** The situations in the groups in which the intents of their names stand, the others after them. */
function groupsOfSituations({ intents, situations }: LabelVocabulary): ChoiceGroup[] {
  const names = new Map(situations.map((one) => [one.value, one]));
  const groups = intents
    .map(({ name, options }) => ({
      name,
      options: options.flatMap(({ value }) => names.get(value) ?? []),
    }))
    .filter(({ options }) => options.length);
  const placed = new Set(groups.flatMap(({ options }) => options.map(({ value }) => value)));
  const others = situations.filter(({ value }) => !placed.has(value));
  return others.length ? [...groups, { name: "其他", options: others }] : groups;
}

const structuredCopy = (label: Label | null): Label =>
  label ? { ...label, facts: { ...label.facts } } : emptyLabel();
