import { chineseDate, dayInChina, daysBetween } from "../../widget/api/dates";
import { serviceNow } from "../api/clock";
import type { Kind, Release, Revision, State } from "./contract";

export const STATES: Record<State, { name: string; mark: string }> = {
  draft: { name: "草稿", mark: "" },
  in_review: { name: "等待审核", mark: "accent" },
  published: { name: "已发布", mark: "good" },
  rejected: { name: "已退回", mark: "warn" },
  archived: { name: "已存档", mark: "" },
};

export const STAGES: Record<string, { name: string; mark: string }> = {
  making: { name: "正在准备", mark: "accent" },
  proving: { name: "正在预演", mark: "accent" },
  ready: { name: "预演完，等人决定", mark: "accent" },
  scheduled: { name: "已通过，到日子自动启用", mark: "good" },
  passed: { name: "已按日期启用", mark: "" },
  active: { name: "正在使用", mark: "good" },
  superseded: { name: "以前用过", mark: "" },
  failed: { name: "没有做成", mark: "warn" },
};

/** What people call the files that a new item may go to. */
const FILES: Record<string, string> = {
  "answers/trademark-registration.yml": "商标：注册申请",
  "answers/trademark-infringement.yml": "商标：被侵权、被指侵权",
  "answers/trademark-disputes.yml": "商标：异议、无效、撤销",
  "answers/patent-filing.yml": "专利：申请",
  "answers/patent-infringement-and-secrets.yml": "专利侵权、商业秘密",
  "answers/copyright-use.yml": "著作权：怎么用别人的作品",
  "answers/copyright-disputes-and-competition.yml": "著作权纠纷、不正当竞争",
  "answers/platforms-customs-authorities.yml": "平台、海关、主管部门",
  "answers/court.yml": "法院与诉讼",
  "answers/contracts-agencies-support.yml": "合同、代理机构、扶持",
  "answers/follow-ups.yml": "接着问的",
};

/**
 * The files of a kind in which a new item may stand, with what people call them; none of a kind
 * that has a page of its own.
 */
export function filesOf({ key, files, whole }: Kind): { file: string; name: string }[] {
  if (key === "answer") return Object.entries(FILES).map(([file, name]) => ({ file, name }));
  return whole || key === "institution"
    ? []
    : files.filter((one) => !one.includes("*")).map((file) => ({ file, name: file }));
}

/** What people call the files that hold the helpline's own words. */
const RESPONSES: Record<string, string> = {
  "responses/bot.yml": "话术：自动应答",
  "responses/greeting.yml": "话术：问候",
  "responses/handoff.yml": "话术：转人工",
  "responses/approval.yml": "话术：等工作人员核对",
  "responses/switched.yml": "话术：暂停应答、通知",
  "responses/sending.yml": "话术：发送时",
};

export function fileName(file: string): string {
  return FILES[file] ?? RESPONSES[file] ?? file;
}

/** The service's day. */
export function today(): string {
  return dayInChina(new Date(serviceNow()).toISOString());
}

/** When a revision holds, in words. */
export function spanWords({ effective_from: from, expires_on: until }: Revision): string {
  const begins = from ? `${chineseDate(from)}起` : "启用后马上生效";
  return until ? `${begins}，到${chineseDate(until)}为止` : begins;
}

/** How far a day is away: 今天、明天、12 天后。 */
export function away(day: string, from = today()): string {
  const days = daysBetween(from, day);
  if (days === 0) return "今天";
  if (days === 1) return "明天";
  return days > 0 ? `${days} 天后` : `${-days} 天前`;
}

const WEEKDAYS = "日一二三四五六";

/** 2027年1月1日 周五 */
export function dayWords(day: string): string {
  return `${chineseDate(day)} 周${WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]}`;
}

/** What a release brings, in one line. */
export function broughtWords({ brings }: Release): string {
  if (brings.length === 0) return "没有新的改动";
  const first = `「${brings[0]!.title}」${brings[0]!.taken_away ? "停用" : ""}`;
  return brings.length === 1 ? first : `${first}等 ${brings.length} 条`;
}

/** A key for a new item that nobody has to think of; what it says is known by its wordings. */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint16Array(1))[0]!;
  return `desk-${today().replaceAll("-", "")}-${random.toString(36)}`;
}
