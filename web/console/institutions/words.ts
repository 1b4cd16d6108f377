import type { Alike, Pending } from "./contract";

export const STATES: Record<Pending["state"], string> = {
  draft: "草稿",
  in_review: "等审核",
  rejected: "被退回",
  published: "等生效",
};

export const WHY_ALIKE: Record<Alike["why"], string> = {
  phone: "电话相同",
  name: "名称相同",
  address: "地址相同",
};

/** What is compared where two entries may be one; the rest follows from it. */
export const LABELS = {
  name: "名称",
  kind: "种类",
  city: "城市",
  county: "区县",
  address: "地址",
  seated_in: "设在",
  phone: "电话",
  hours: "时间",
  does: "做什么",
  confirm: "先问清",
  verified_on: "核对日期",
  verified_by: "谁核对的",
} as const;
