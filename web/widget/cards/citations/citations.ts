import { chineseDate } from "../../api/dates";
import type { Citation, Day } from "../../api/contract";

/** 《商标法》第五十七条, the law under its official title. */
export function citationTitle({ law, article }: Citation): string {
  return law ? `《${law}》${article ?? ""}` : (article ?? "办事指引");
}

/** The same for narrow places, under the hotline's own short name. */
export function citationName(citation: Citation): string {
  return citationTitle({ ...citation, law: citation.short ?? citation.law });
}

/** Tells verbatim law from the hotline's own words. */
export const KIND_WORDS: Record<Citation["kind"], string> = {
  statute: "原文",
  digest: "要旨（非法条原文）",
  guidance: "指引",
};

/** 尚未施行 or 已失效 on that day; empty for what is in force or has no known dates. */
export function forceWarning(citation: Citation, today: Day): string {
  if (citation.in_force_from && citation.in_force_from > today) return "尚未施行";
  if (citation.in_force_to && citation.in_force_to < today) return "已失效";
  return "";
}

/** From when to when the text applies, in words. */
export function forceWords(citation: Citation, today: Day): string {
  if (!citation.in_force_from) return "施行日期未定";
  const from = `${chineseDate(citation.in_force_from)}起施行`;
  const warning = forceWarning(citation, today);
  if (!citation.in_force_to) return `${from}，${warning || "施行中"}`;
  return `${from}，至${chineseDate(citation.in_force_to)}止${warning ? `（${warning}）` : "（施行中）"}`;
}
