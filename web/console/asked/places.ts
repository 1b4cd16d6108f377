import type { RouteLocationRaw } from "vue-router";
import type { Nearest, WholeGroup } from "./contract";

/** So many sentences are ticked at first, and no more go along: an answer needs few wordings. */
const MOST_WORDINGS = 8;
const LONGEST_TITLE = 60;

/** The sentences that are ticked at first: the most central, each wording once. */
export function ticked({ examples }: WholeGroup): string[] {
  const seen = new Set<string>();
  const different = examples.filter(({ text }) => !seen.has(text) && seen.add(text));
  return different.slice(0, MOST_WORDINGS).map(({ turn_id }) => turn_id);
}

/** Where a new answer is written, with what people ask. */
export function newAnswerPlace(group: WholeGroup, asks: string[]): RouteLocationRaw {
  return {
    path: "/content/new",
    query: {
      kind: "answer",
      title: group.sentence.slice(0, LONGEST_TITLE),
      asks: once(asks),
      from: `cluster:${group.id}`,
    },
  };
}

/** Where an own answer is changed, with wordings to add. */
export function answerPlace(answer: Nearest, group: number, asks: string[]): RouteLocationRaw {
  return {
    path: `/content/edit/answer/${answer.file}`,
    query: { key: answer.id, asks: once(asks), from: `cluster:${group}` },
  };
}

const once = (asks: string[]) => [...new Set(asks)].slice(0, MOST_WORDINGS);
