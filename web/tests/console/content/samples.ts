import type { Item, Release, Revision, WholeItem } from "../../../console/content/contract";

export const AT = "2026-11-29T10:00:00+08:00";
export const NAME = { kind: "answer", file: "answers/court.yml", key: "fee" };
export const BODY = `id: fee
asks:
- 打官司要多少钱
- 诉讼费多少
- 法院收费吗
says: 先交诉讼费，数目看争多少钱。
why: 诉讼费按标的额分段算。
articles:
- 诉讼费用交纳办法第十三条
rights: [trademark]
situations: [general_knowledge]
`;

export function anItem(changes: Partial<Item> = {}): Item {
  return {
    ...{ id: 1, ...NAME, title: "打官司要多少钱", version: 3, in_use: true, states: [] },
    ...{ updated_at: AT, ...changes },
  };
}

export function aRevision(changes: Partial<Revision> = {}): Revision {
  return {
    ...{ id: 11, item_id: 1, number: 1, body: BODY, author: "林示例", author_id: 7 },
    ...{ reason: "说得更清楚", effective_from: null, expires_on: null, sources: [] },
    ...{ state: "draft", reviewer: null, made_at: AT, decided_at: null, ...changes },
  };
}

export function aWhole(changes: Partial<WholeItem> = {}): WholeItem {
  return {
    ...{ item: anItem(), body: BODY, revisions: [], diffs: {}, comments: [] },
    ...changes,
  } as WholeItem;
}

export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    ...{ id: 5, day: "2026-11-29", state: "ready", in_use: false, revisions: [11], brings: [] },
    ...{ made_by: "郑演示", activated_by: null, problem: null, report: null },
    ...{ made_at: AT, activated_at: null, ...changes },
  };
}
