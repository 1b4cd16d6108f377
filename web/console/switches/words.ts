import { fullMomentOf } from "../parts/times";
import type { Banner, Mode, Switch } from "./contract";

export const MODES: Record<Mode, { name: string; hint: string }> = {
  off: {
    name: "停用",
    hint: "来访者看到「这方面的内容正在更新，先不自动答」，可以转人工或登记工单。",
  },
  approve: {
    name: "先核对再发",
    hint: "自动应答先给坐席看，点发送才到来访者；没人在线时不发，请来访者登记工单。",
  },
  operators: {
    name: "只由人工答",
    hint: "一问到就转给坐席；没人在线时请来访者登记工单。",
  },
};

export const STANDS: Record<Switch["stands"], string> = {
  on: "生效中",
  later: "还没开始",
  over: "已到期",
  lifted: "已恢复",
};

/** From when until when a switch holds. */
export function spanWords({ starts_at, ends_at, lifted_at }: Switch): string {
  const until = lifted_at ?? ends_at;
  return `${fullMomentOf(starts_at)} 起，${until ? `到 ${fullMomentOf(until)}` : "没有定结束时间"}`;
}

/** The days of a banner. */
export function daysWords({ first_day, last_day }: Banner): string {
  return first_day === last_day ? `${first_day} 当天` : `${first_day} 至 ${last_day}`;
}

/** What was picked as a moment in China, as the service takes it; null where nothing was. */
export function momentPicked(picked: string): string | null {
  return picked ? `${picked}:00+08:00` : null;
}
