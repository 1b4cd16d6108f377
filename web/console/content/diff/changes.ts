import { diffChars, diffLines, diffWords } from "diff";

/** A piece of a line; `isChanged` where it is what differs in it. */
export interface Piece {
  text: string;
  isChanged: boolean;
}

/** A line that goes, comes or stays; `skipped` lines that stay are left out before it. */
export interface Row {
  sign: "-" | "+" | " ";
  pieces: Piece[];
  skipped: number;
}

const CONTEXT = 2;
/** Lines that have less than this in common are told as one that goes and one that comes. */
const ALIKE = 0.3;
/** Not every browser that the desk is made for has it: then characters are compared. */
const SEGMENTER =
  "Segmenter" in Intl ? new Intl.Segmenter("zh", { granularity: "word" }) : undefined;

/** What one text changes in another, line by line, words that differ marked in their lines. */
export function changes(before: string, after: string): Row[] {
  const rows: Row[] = [];
  const blocks = diffLines(ended(before), ended(after));
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at]!;
    const next = blocks[at + 1];
    if (block.removed && next?.added) {
      rows.push(...replaced(linesOf(block.value), linesOf(next.value)));
      at++;
    } else {
      const sign = block.added ? "+" : block.removed ? "-" : " ";
      rows.push(...linesOf(block.value).map((line) => row(sign, line)));
    }
  }
  return folded(rows);
}

/** Whether two texts say the same. */
export function isSame(before: string | null, after: string | null): boolean {
  return (before ?? "").trimEnd() === (after ?? "").trimEnd();
}

/** Lines that took the place of others, each beside what it became as far as they go. */
function replaced(gone: string[], come: string[]): Row[] {
  const pairs = gone.flatMap((line, index) => inside(line, come[index]));
  return [...pairs, ...come.slice(gone.length).map((line) => row("+", line))];
}

/** A line and what it became, with what differs in them. */
function inside(gone: string, come: string | undefined): Row[] {
  if (come === undefined) return [row("-", gone)];
  const parts = SEGMENTER
    ? diffWords(gone, come, { intlSegmenter: SEGMENTER })
    : diffChars(gone, come);
  const common = parts.filter((part) => !part.added && !part.removed);
  const kept = common.reduce((sum, part) => sum + part.value.length, 0);
  if (kept < ALIKE * Math.max(gone.length, come.length)) return [row("-", gone), row("+", come)];
  const pieces = (left: "added" | "removed", shown: "added" | "removed") =>
    parts
      .filter((part) => !part[left])
      .map((part) => ({ text: part.value, isChanged: part[shown] }));
  return [
    { sign: "-", pieces: pieces("added", "removed"), skipped: 0 },
    { sign: "+", pieces: pieces("removed", "added"), skipped: 0 },
  ];
}

function row(sign: Row["sign"], text: string): Row {
  return { sign, pieces: [{ text, isChanged: false }], skipped: 0 };
}

/** Without the lines that stay and are far from any that does not. */
function folded(rows: Row[]): Row[] {
  const isNear = rows.map((_, at) =>
    rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== " "),
  );
  const shown: Row[] = [];
  let skipped = 0;
  rows.forEach((one, at) => {
    if (!isNear[at]) return skipped++;
    shown.push({ ...one, skipped });
    skipped = 0;
  });
  return shown;
}

function ended(text: string): string {
  return text && !text.endsWith("\n") ? `${text}\n` : text;
}

function linesOf(block: string): string[] {
  return block.replace(/\n$/, "").split("\n");
}
