import { computed, shallowRef } from "vue";
import { useVocabulary } from "../api/vocabulary";
import type { LabelOf } from "./body";
import { desk } from "./desk";
import type { Field } from "./fields";

/** Code and name of every remedy: they are items themselves. */
const remedies = shallowRef<readonly (readonly [string, string])[]>([]);
let asked = false;

async function lookRemedies(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const { items } = await desk.items({ kind: "remedy", q: "", state: "" });
    remedies.value = items.map(({ file, title }) => [codeOf(file), title]);
  } catch {
    asked = false; // whoever needs them next asks again
  }
}

function codeOf(file: string): string {
  return file.replace(/^.*\/|\.yml$/g, "");
}

/** What the codes in an item's text mean, and which there are. */
export function useLabels() {
  const { slots } = useVocabulary();
  void lookRemedies();

  const choices = computed(() => {
    const told = new Map<string, readonly (readonly [string, string])[]>();
    for (const { name, options } of slots.value)
      told.set(
        name,
        options.map(({ value, label }) => [String(value), label]),
      );
    told.set("remedy", remedies.value);
    return told;
  });

  const choicesOf = ({ slot, choices: own }: Field) =>
    own ?? (slot ? (choices.value.get(slot) ?? []) : []);
  const labelOf: LabelOf = (field, code) =>
    choicesOf(field).find(([known]) => known === code)?.[1] ?? code;

  return { choicesOf, labelOf };
}
