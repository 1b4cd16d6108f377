import type { AuditEntry } from "./contract";

/** What the log speaks of, and what can be filtered by. */
export const NOUNS: Record<string, string> = {
  conversation: "会话",
  ticket: "工单",
  tickets: "工单列表",
  file: "证据图片",
  referral: "转办单",
  call: "来电",
  suggestion: "建议答复",
  approval: "答复审核",
  canned: "常用语",
  search: "搜索",
  figures: "统计",
  session: "登录",
  user: "账号",
  audit: "审计日志",
};

const VERBS: Record<string, string> = {
  ...{
    read: "查看",
    seen: "查看",
    opened: "开单",
    export: "导出",
  },
  ...{ claimed: "接入", transferred: "转接", handed_back: "交回", closed: "结束", message: "答复" },
  ...{
    changed: "修改",
    change: "修改",
    checklist: "勾材料",
    added: "添加",
    deleted: "删除",
    noted: "写备注",
    note: "写备注",
  },
  ...{
    merged: "合并",
    split: "拆分",
    linked: "关联",
    unlinked: "去掉关联",
    reopened: "重新打开",
    reopen: "重新打开",
  },
  ...{ referred: "做转办单", receipt: "记回执", exported: "导出", downloaded: "下载" },
  ...{ reset: "重置密码", password_changed: "修改密码", facts: "改事实", tags: "改标签" },
  ...{ rejected: "驳回", sent: "发送", searched: "搜索", watched: "关注", started: "开始" },
};

/** Deeds that their noun and verb would say awkwardly. */
const WHOLE: Record<string, string> = {
  "session.began": "登录",
  "session.ended": "退出登录",
  "session.refused": "登录失败",
  search: "搜索",
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
