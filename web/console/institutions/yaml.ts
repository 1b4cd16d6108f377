import type { Fields } from "./contract";

/** What can stand in YAML as it is: it begins with a Chinese character and holds no mark of YAML. */
const PLAIN = /^\p{Script=Han}[\p{Script=Han}A-Za-z0-9（）、，。；：“”《》·/.=?-]*$/u;

/** The entry as the content's file holds it; what is empty is left out. */
export function bodyOf(id: string, fields: Fields): string {
  const { fields: goods, facts, sources, verified_on, ...words } = fields;
  const lines = [`id: ${id}`];
  for (const key of ["name", "kind", "city", "county", "serves", "seated_in"] as const) {
    lines.push(...line(key, words[key]));
  }
  for (const key of ["address", "phone", "hours", "does"] as const) {
    lines.push(...line(key, words[key]));
  }
  lines.push(...list("fields", goods), ...list("facts", facts), ...line("confirm", words.confirm));
  lines.push(...list("sources", sources));
  if (verified_on) lines.push(`verified_on: ${verified_on}`);
  lines.push(...line("verified_by", words.verified_by), ...line("trust", words.trust));
  return `${lines.join("\n")}\n`;
}

function line(key: string, value: string | null): string[] {
  return value ? [`${key}: ${scalar(value)}`] : [];
}

function list(key: string, values: string[]): string[] {
  return values.length ? [`${key}:`, ...values.map((value) => `- ${scalar(value)}`)] : [];
}

/** JSON's strings are YAML's too. */
function scalar(value: string): string {
  return PLAIN.test(value) || /^[a-z_]+$/.test(value) ? value : JSON.stringify(value);
}
