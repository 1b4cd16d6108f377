import { Body, type Value } from "../body";
import type { Name } from "../contract";
import { fieldsOf } from "../fields";

/** Two changes in one text; `conflicts` are the fields that both changed, where one's own stays. */
export interface Merged {
  body: string;
  conflicts: string[];
}

/** Puts one's own changes into the other's text, field by field; null where there are no fields. */
export function merged(
  { kind, key }: Name,
  base: string,
  theirs: string | null,
  mine: string,
): Merged | null {
  const fields = fieldsOf(kind, key);
  if (fields.length === 0 || theirs === null) return null;
  const was = new Body(base, fields);
  const own = new Body(mine, fields);
  let both = new Body(theirs, fields);
  if (![was, own, both].every(({ isReadable }) => isReadable)) return null;
  const conflicts: string[] = [];
  for (const field of fields) {
    const [before, wanted, told] = [was.get(field), own.get(field), both.get(field)];
    if (isSame(before, wanted) || isSame(wanted, told)) continue;
    if (!isSame(before, told)) conflicts.push(field.label);
    both = new Body(both.with(field, wanted), fields);
  }
  return { body: both.text, conflicts };
}

function isSame(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
