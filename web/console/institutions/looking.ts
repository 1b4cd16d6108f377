/** What is looked for in the directory, and what stands out in it. */
import type { Fields, Institution, Overview } from "./contract";

export interface Wanted {
  q: string;
  kind: string;
  city: string;
  county: string;
  /** Only what was not checked for a year, has no source, may be there twice, is being changed. */
  only: "" | "old" | "sourceless" | "alike" | "pending";
}

/** What an entry says: what is in use, else what is to come. */
export function shownOf(one: Institution): Fields | null {
  return (one.fields ?? one.pending?.fields ?? null) as Fields | null;
}

export function found(overview: Overview, wanted: Wanted): Institution[] {
  const alike = new Set(overview.alike.flatMap(({ ids }) => ids));
  const words = wanted.q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return overview.institutions.filter((one) => {
    const fields = shownOf(one);
    if (!fields) return !words.length && !wanted.kind && !wanted.city && wanted.only !== "old";
    return (
      isPlaced(fields, wanted) &&
      (!wanted.kind || fields.kind === wanted.kind) &&
      stands(one, fields, wanted.only, alike) &&
      words.every((word) => textOf(fields).includes(word))
    );
  });
}

/** Those that may be the same as what is being typed: one telephone, one door, or one name in a city. */
export function likely(overview: Overview, typed: Fields, id: string): Institution[] {
  const phones = numbersOf(typed.phone);
  const [name, address] = [plain(typed.name), plain(typed.address ?? "")];
  return overview.institutions.filter((one) => {
    const fields = shownOf(one);
    if (!fields || one.id === id) return false;
    const isNamed = name.length > 1 && fields.city === typed.city && plain(fields.name) === name;
    const isThere = /\d/.test(typed.address ?? "") && plain(fields.address ?? "") === address;
    return isNamed || isThere || numbersOf(fields.phone).some((number) => phones.includes(number));
  });
}

/** How long ago something was checked. */
export function ageWords(one: Institution): string {
  const fields = shownOf(one);
  if (!fields?.verified_on) return "没有核对过";
  const { verified_on: day, verified_by: by } = fields;
  return by ? `${day} ${by} 核对` : `材料是 ${day} 的，还没有人核对`;
}

function isPlaced(fields: Fields, { city, county }: Wanted): boolean {
  if (city && fields.city !== city && fields.serves !== "province") return false;
  return !county || fields.county === county;
}

function stands(
  one: Institution,
  fields: Fields,
  only: Wanted["only"],
  alike: Set<string>,
): boolean {
  if (only === "old") return one.fields !== null && !one.checked;
  if (only === "sourceless") return !fields.sources.length;
  if (only === "alike") return alike.has(one.id);
  return only !== "pending" || one.pending !== null;
}

function textOf(fields: Fields): string {
  const { name, address, phone, does, city, county, fields: goods } = fields;
  return [name, address, phone, does, city, county, ...goods].join(" ").toLowerCase();
}

function numbersOf(phone: string | null): string[] {
  const numbers = (phone ?? "").split(/[/、,，;；]/).map((one) => one.replace(/\D/g, ""));
  return numbers.filter((number) => number.length >= 7);
}

function plain(name: string): string {
  return name.replace(/（[^）]*）|\([^)]*\)|[\s，。、“”]/g, "").replace(/^(中国|江西省?)/, "");
}
