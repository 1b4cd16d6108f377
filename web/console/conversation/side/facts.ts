import type { Facts, FactSlot, FactValue } from "../../api/contract";

/** What a field of an editor holds as the service takes it; null forgets the fact. */
export function valueOf(slot: FactSlot, typed: string | string[]): FactValue {
  if (Array.isArray(typed)) return typed.length ? typed : null;
  const words = typed.trim();
  if (!words) return null;
  if (slot.kind === "number") return Number(words);
  if (slot.kind === "texts")
    return words
      .split(/[、，,\n]+/)
      .map((word) => word.trim())
      .filter(Boolean);
  return words;
}

/** What an editor shows at first for a fact. */
export function fieldOf(slot: FactSlot, value: FactValue | undefined): string | string[] {
  if (slot.kind === "choices") return Array.isArray(value) ? value : value ? [String(value)] : [];
  if (Array.isArray(value)) return value.join("、");
  return value === null || value === undefined ? "" : String(value);
}

/** The facts that are known, in the vocabulary's order; those it does not name stand last. */
export function knownFacts(slots: readonly FactSlot[], facts: Facts): string[] {
  const order = new Map(slots.map(({ name }, index) => [name, index]));
  return Object.keys(facts)
    .filter((name) => facts[name] !== null && facts[name] !== "")
    .sort((one, other) => (order.get(one) ?? 99) - (order.get(other) ?? 99));
}
