import { reactive } from "vue";
import { desk } from "./desk";

/** What people call answers, by their keys. */
const known = reactive(new Map<string, string>());
const asked = new Set<string>();

/** The title of an answer, which is asked for once; its key until that is known. */
export function answerTitle(key: string): string {
  if (!asked.has(key)) void look(key);
  return known.get(key) ?? key;
}

async function look(key: string): Promise<void> {
  asked.add(key);
  try {
    const { items } = await desk.items({ kind: "answer", q: key, state: "" });
    const found = items.find((one) => one.key === key);
    if (found) known.set(key, found.title);
  } catch {
    asked.delete(key); // whoever needs it next asks again
  }
}
