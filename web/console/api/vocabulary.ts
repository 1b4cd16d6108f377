import { shallowRef } from "vue";
import type { FactSlot, FactValue } from "./contract";
import { door } from "./http";

const slots = shallowRef<FactSlot[]>([]);
let asked: Promise<void> | null = null;

/** The facts that a conversation can hold and the words for them; empty until they are there. */
export function useVocabulary() {
  asked ??= look();
  return { slots, slotLabel, valueLabel, codeOf };
}

async function look(): Promise<void> {
  try {
    slots.value = (await door.get<{ slots: FactSlot[] }>("/vocabulary")).slots;
  } catch {
    asked = null; // whoever needs it next asks again
  }
}

function slotLabel(name: string): string {
  return find(name)?.label ?? name;
}

/** The value in Chinese: labels of the vocabulary, words and days as they are. */
function valueLabel(name: string, value: FactValue | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => valueLabel(name, one)).join("、");
  if (value === "unknown" && !find(name)?.options.some((option) => option.value === value))
    return "不清楚";
  const option = find(name)?.options.find((one) => one.value === value);
  return option?.label ?? String(value);
}

/** The value for words that a visitor may choose, as the service takes it. */
function codeOf(name: string, words: string): FactValue {
  const slot = find(name);
  const code = slot?.options.find((option) => option.label === words)?.value ?? words;
  return slot?.kind === "choices" || slot?.kind === "texts" ? [code] : code;
}

function find(name: string): FactSlot | undefined {
  return slots.value.find((slot) => slot.name === name);
}
