export interface Part {
  text: string;
  found: boolean;
}

/** A text in parts, those that were looked for marked; upper and lower case are alike. */
export function parted(text: string, words: string): Part[] {
  const sought = words.trim();
  if (!sought) return [{ text, found: false }];
  const pattern = new RegExp(`(${sought.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "i");
  return text
    .split(pattern)
    .map((part, at) => ({ text: part, found: at % 2 === 1 }))
    .filter((part) => part.text !== "");
}
