/** What the form holds while somebody types, and what is wrong with it. */
import type { City, Fields, Serves } from "./contract";

/** The same with lists as the lines of a text. */
export interface Typed extends Record<TextField, string> {
  trust: Fields["trust"];
}

const TEXTS = [
  ...(["name", "kind", "city", "county", "serves", "seated_in", "address", "phone"] as const),
  ...(["hours", "does", "confirm", "verified_on", "verified_by"] as const),
] as const;
const LISTS = ["fields", "facts", "sources"] as const;
type TextField = (typeof TEXTS)[number] | (typeof LISTS)[number];

export const NOTHING: Fields = {
  ...{ name: "", kind: "", city: null, county: null, serves: null, seated_in: null },
  ...{ address: null, phone: null, hours: null, does: null, fields: [], facts: [], confirm: null },
  ...{ sources: [], verified_on: null, verified_by: null, trust: "one_source" },
};

export function typedOf(fields: Fields): Typed {
  const typed = { trust: fields.trust } as Typed;
  for (const key of TEXTS) typed[key] = fields[key] ?? "";
  for (const key of LISTS) typed[key] = fields[key].join(key === "fields" ? "、" : "\n");
  typed.serves = fields.serves ?? defaultServes(fields.county);
  return typed;
}

export function fieldsOf(typed: Typed): Fields {
  const text = (key: TextField) => typed[key].trim() || null;
  const serves = typed.serves as Serves;
  return {
    ...{ name: typed.name.trim(), kind: typed.kind, city: text("city"), county: text("county") },
    serves: serves === defaultServes(typed.county) ? null : serves,
    ...{ seated_in: text("seated_in"), address: text("address"), phone: text("phone") },
    ...{ hours: text("hours"), does: text("does"), confirm: text("confirm") },
    fields: typed.fields.split(/[、，,\n]+/).flatMap((one) => one.trim() || []),
    facts: linesOf(typed.facts),
    sources: linesOf(typed.sources),
    ...{ verified_on: text("verified_on"), verified_by: text("verified_by"), trust: typed.trust },
  };
}

/** Whom an institution is there for where nobody says otherwise. */
export function defaultServes(county: string | null): Serves {
  return county ? "county" : "city";
}

/** What keeps it from being saved, by field; empty where nothing does. */
export function problemsOf(
  typed: Typed,
  cities: City[],
  today: string,
): Partial<Record<TextField, string>> {
  const city = cities.find(({ name }) => name === typed.city);
  const wrong: Partial<Record<TextField, string>> = {};
  if (typed.name.trim().length < 2) wrong.name = "请写机构的全称。";
  if (!typed.kind) wrong.kind = "请选种类。";
  if (!city && typed.serves !== "province") wrong.city = "请选在哪个市；全省的机构请选「全省」。";
  if (typed.county && !city?.counties.includes(typed.county)) wrong.county = "请选这个市的区县。";
  if (typed.serves === "county" && !typed.county) wrong.county = "只服务本区县的，请选区县。";
  const phone = typed.phone.trim();
  if (phone && !/^[0-9+（）() 转/、,，-]{3,60}$/.test(phone))
    wrong.phone = "电话只写数字、横线和「转」；两个号码用、隔开。";
  if (typed.verified_on > today) wrong.verified_on = "核对的日期不能在今天以后。";
  if (typed.verified_on && !typed.sources.trim())
    wrong.sources = "请写来源：网址，或者打的哪个电话、谁答复的。";
  return wrong;
}

function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.trim() || []);
}
