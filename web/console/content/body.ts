import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  YAMLSeq,
} from "yaml";
import { type Field, fieldsOf } from "./fields";

export type Value = string | string[];
/** The label of a code of a field. */
export type LabelOf = (field: Field, code: string) => string;

const STYLE = { lineWidth: 0, indentSeq: false, flowCollectionPadding: false } as const;
/** What the service's YAML, which is of version 1.1, would not read as words. */
const NO_WORDS = /^(?:y|n|yes|no|on|off|true|false|null|~|[-+]?[\d._:]+)$/i;

/**
 * The text of an item, read and written field by field. What is not written stays as it stands,
 * comments and quotes too, so that a change shows as that change alone.
 */
export class Body {
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(
    readonly text: string,
    private readonly fields: readonly Field[],
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, schema: "core" });
  }

  /** Whether it is a text that has fields: else it can only be edited as text. */
  get isReadable(): boolean {
    return this.document.errors.length === 0 && isMap(this.document.contents);
  }

  get({ path, as }: Field): Value {
    const node: unknown = this.document.getIn(path, true);
    if (isList(as)) return isSeq(node) ? node.items.map(wordsOf) : [];
    return wordsOf(node);
  }

  /** The text with another value in a field; an empty one that is not needed goes. */
  with(field: Field, value: Value): string {
    const document = this.document.clone();
    const isEmpty = value.length === 0;
    if (isEmpty && !mustStay(field)) remove(document, field.path);
    else write(document, field, value, this.fields);
    return document.toString(STYLE);
  }

  /** The text with another name for the item. */
  named(by: string | null, key: string): string {
    const document = this.document.clone();
    if (!isMap(document.contents)) return this.text;
    if (by) document.setIn([by], /^\d+$/.test(key) ? Number(key) : key);
    else if (document.contents.items[0]) document.contents.items[0].key = new Scalar(key);
    return document.toString(STYLE);
  }

  /** The field that holds a line of the text, counted from 1. */
  fieldAt(line: number): Field | undefined {
    return this.fields.find(({ path }) => {
      const node = this.document.getIn(path, true) as { range?: [number, number, number] } | null;
      if (!node?.range) return false;
      const [from, to] = node.range;
      const first = this.lines.linePos(from).line;
      return first <= line && line <= Math.max(first, this.lines.linePos(to - 1).line);
    });
  }

  /** Everything that it says, by labels, a line each: what people compare. */
  plain(labelOf: LabelOf): string {
    if (!this.isReadable) return this.text;
    const told = this.fields.flatMap((field) => {
      const value = this.get(field);
      if (value.length === 0) return [];
      if (typeof value === "string") return [`${field.label}：${labelOf(field, value)}`];
      if (field.as === "codes")
        return [`${field.label}：${value.map((one) => labelOf(field, one)).join("、")}`];
      return [`${field.label}：`, ...value.map((one) => `· ${one}`)];
    });
    return [...told, ...this.beyond()].join("\n");
  }

  /** What no field shows, as it is written. */
  private beyond(): string[] {
    const rest = this.document.clone();
    // From the last on: what goes out of a list moves the others up.
    for (const { path } of [...this.fields].reverse()) remove(rest, path);
    const named = new Set(["id", "key", "kind", "year"]);
    if (!isMap(rest.contents)) return [];
    rest.contents.items = rest.contents.items.filter(({ key }) => !named.has(wordsOf(key)));
    if (rest.contents.items.length === 0) return [];
    rest.comment = rest.commentBefore = null;
    return rest.toString(STYLE).trimEnd().split("\n");
  }
}

/** What an item says, in the words of its form; a kind without one as it is written. */
export function plainOf(
  kind: string,
  key: string,
  text: string | null,
  labelOf: LabelOf,
): string | null {
  const fields = fieldsOf(kind, key);
  return text === null || fields.length === 0 ? text : new Body(text, fields).plain(labelOf);
}

/** What a field lacks, in words; "" where it may stand so. */
export function lackOf(field: Field, value: Value): string {
  const { fewest = 0, isNeeded, most } = field;
  if (value.length < fewest) return fewest === 1 ? "至少要有一项。" : `至少要写 ${fewest} 行。`;
  if (isNeeded && value.length === 0) return "这一项要填。";
  if (most && typeof value === "string" && [...value].length > most)
    return `最多 ${most} 字，现在 ${[...value].length} 字。`;
  if (field.as === "days") {
    const wrong = (value as string[]).find((one) => !/^\d{4}-\d\d-\d\d$/.test(one));
    if (wrong) return `「${wrong}」不是日期，请写成 2027-01-01 的样子。`;
  }
  return "";
}

export function isList(as: Field["as"]): boolean {
  return as === "lines" || as === "codes" || as === "days";
}

function mustStay({ isNeeded, fewest }: Field): boolean {
  return isNeeded === true || (fewest ?? 0) > 0;
}

function wordsOf(node: unknown): string {
  const value: unknown = isScalar(node) ? (node.source ?? node.value) : node;
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}

function write(document: Document, field: Field, value: Value, fields: readonly Field[]): void {
  const { path } = field;
  const known: unknown = document.getIn(path, true);
  if (typeof value === "string" && isScalar(known)) {
    if (wordsOf(known) !== value) setWords(known, value, field);
    return;
  }
  const node = typeof value === "string" ? scalar(value, field) : list(known, value, field);
  if (document.hasIn(path)) return document.setIn(path, node);
  place(document, path, node, fields);
}

function list(known: unknown, value: string[], field: Field): unknown {
  const items = isSeq(known) ? known.items : [];
  const made = new YAMLSeq();
  made.items = value.map(
    (one) => items.find((item) => wordsOf(item) === one) ?? scalar(one, field),
  );
  made.flow = isSeq(known) && known.items.length > 0 ? known.flow : field.isFlow;
  return made;
}

function scalar(value: string, field: Field): Scalar {
  const made = new Scalar<unknown>(value);
  setWords(made, value, field);
  return made;
}

function setWords(node: Scalar<unknown>, value: string, { as }: Field): void {
  node.value = value;
  delete node.source;
  const isDay = as === "day" || as === "days";
  if (!isDay && NO_WORDS.test(value)) node.type = Scalar.QUOTE_DOUBLE;
  if (isDay) node.type = Scalar.PLAIN;
}

/** Puts a field that was not there behind the last one that the form asks for before it. */
function place(
  document: Document,
  path: readonly string[],
  node: unknown,
  fields: readonly Field[],
): void {
  const top = path[0]!;
  const isThere = document.has(top);
  document.setIn(path, node);
  if (isThere || !isMap(document.contents)) return;
  const order = [...new Set(fields.map((field) => field.path[0]!))];
  const earlier = new Set(order.slice(0, order.indexOf(top)));
  const { items } = document.contents;
  const added = items.pop()!;
  const last = items.findLastIndex(({ key }) => earlier.has(wordsOf(key)));
  items.splice(last + 1 || items.length, 0, added);
}

/** Takes a field away, and what held it where that is empty then. */
function remove(document: Document, path: readonly string[]): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  if (path.length < 2) return;
  const holder: unknown = document.getIn(path.slice(0, -1), true);
  const holds = isMap(holder) || isSeq(holder);
  if (holds && holder.items.length === 0) remove(document, path.slice(0, -1));
}
