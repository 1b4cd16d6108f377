import type { AuditEntry } from "./contract";

/** What the log speaks of, and what can be filtered by. */
export const NOUNS: Record<string, string> = {
  conversation: "会话",
  ticket: "工单",
  tickets: "工单列表",
  caller: "来电者",
  suggestions: "建议答复",
  suggestion: "一条建议",
  approval: "答复审核",
  outbox: "待送达",
  canned: "常用语",
  search: "搜索",
  session: "登录",
  user: "账号",
  audit: "审计日志",
};

const VERBS: Record<string, string> = {
  ...{ read: "查看", run: "搜索", search: "按号码查", export: "导出", exported: "导出" },
  ...{ claim: "接入", transfer: "转交", hand_back: "交回", close: "结束", message: "答复" },
  ...{ watch: "关注", unwatch: "不再关注", note: "写备注", facts: "改情况", tags: "改标签" },
  ...{ open: "开单", change: "修改", checklist: "勾材料", reopen: "重新打开", merge: "合并" },
  ...{ split: "拆分", link: "关联", unlink: "去掉关联", refer: "做转交单", sheet: "下载转交单" },
  ...{ receipt: "记回执", files: "看材料", file: "下载材料", file_add: "加材料" },
  ...{ reject: "说不对", fill: "套用", done: "审核" },
  ...{ retry: "再送一次", drop: "撤下" },
  ...{ added: "添加", changed: "修改", reset: "重置密码", password_changed: "换密码" },
};

/** Deeds that their noun and verb would say awkwardly. */
const WHOLE: Record<string, string> = {
  "session.began": "登录",
  "session.ended": "退出登录",
  "session.refused": "登录失败",
  "search.run": "搜索",
};

/** What somebody did, in words; a code that has none stands as it is. */
export function deedWords(what: string): string {
  if (WHOLE[what]) return WHOLE[what];
  const [noun = "", verb = ""] = what.split(".");
  return NOUNS[noun] && VERBS[verb] ? `${NOUNS[noun]}：${VERBS[verb]}` : what;
}

/** The details of an entry in one line. They hold ids and codes, never words of visitors. */
export function detailWords({ detail }: Pick<AuditEntry, "detail">): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} = ${plain(value)}`)
    .join("；");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
