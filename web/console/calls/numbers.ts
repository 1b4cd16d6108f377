/** The shortest number that earlier matters are looked for by. */
const SHORTEST = 7;

/** A telephone number as it is kept: digits, without what people write between them, without +86. */
export function plainNumber(typed: string): string {
  const digits = typed.normalize("NFKC").replace(/[\s\-()（）.·]/g, "");
  return digits.replace(/^(\+|00)86/, "");
}

/** Whether it can be a caller's number; an empty one is a caller who shows none. */
export function isNumber(typed: string): boolean {
  return /^\d{3,15}$/.test(plainNumber(typed));
}

/** Whether it is long enough to belong to one caller. */
export function canBeLookedUp(typed: string): boolean {
  return isNumber(typed) && plainNumber(typed).length >= SHORTEST;
}

/** A number in groups, as one reads it out: 138 0791 1000. */
export function grouped(number: string): string {
  const plain = plainNumber(number);
  return /^1\d{10}$/.test(plain)
    ? `${plain.slice(0, 3)} ${plain.slice(3, 7)} ${plain.slice(7)}`
    : plain;
}
