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
  switch: "开关",
  banner: "公告",
  expert: "专家",
  training: "训练",
  model: "对话模型",
};

const VERBS: Record<string, string> = {
  ...{ read: "查看", run: "搜索", search: "按号码查", export: "导出", exported: "导出" },
  ...{ claim: "接入", transfer: "转交", hand_back: "交回", close: "结束", message: "答复" },
  ...{
    watch: "关注",
    unwatch: "不再关注",
    note: "写备注",
    facts: "改情况",
    tags: "改标签",
    tag: "改标签",
  },
  ...{ open: "开单", change: "修改", checklist: "勾材料", reopen: "重新打开", merge: "合并" },
  ...{ split: "拆分", link: "关联", unlink: "去掉关联", refer: "做转交单", sheet: "下载转交单" },
  ...{ receipt: "记回执", files: "看材料", file: "下载材料", file_add: "加材料" },
  ...{ reject: "说不对", fill: "套用", done: "审核", move: "给接续码", moved_here: "凭接续码找到" },
  ...{ retry: "再送一次", drop: "撤下" },
  ...{ added: "添加", changed: "修改", reset: "重置密码", password_changed: "换密码" },
};

/** Deeds that their noun and verb would say awkwardly. */
const WHOLE: Record<string, string> = {
  "session.began": "登录",
  "session.ended": "退出登录",
  "session.refused": "登录失败",
  "search.run": "搜索",
  "conversation.refer": "会话：转给其他机构",
  "comments.read": "看评价的评语",
  "comments.exported": "导出评价的评语",
  "approval.send": "答复审核：发出",
  "approval.edit": "答复审核：改后发出",
  "approval.reject": "答复审核：不发",
  "switch.set": "开关：设置",
  "switch.lift": "开关：恢复",
  "expert.read": "看专家名册",
  "expert.add": "专家：添加",
  "expert.withdraw": "专家：撤回同意，已删除",
  "expert.remove": "专家：删除",
  "training.start": "训练：开始",
  "training.cancel": "训练：取消",
  "model.activate": "对话模型：启用",
  "model.roll_back": "对话模型：回退",
  "model.withdraw": "对话模型：启动不了，自动停用",
  "banner.set": "公告：发布",
  "banner.lift": "公告：撤下",
};

/** What somebody did, in words; a code that has none stands as it is. */
export function deedWords(what: string): string {
  if (WHOLE[what]) return WHOLE[what];
  const [noun = "", verb = ""] = what.split(".");
  return NOUNS[noun] && VERBS[verb] ? `${NOUNS[noun]}：${VERBS[verb]}` : what;
}

const DETAILS: Record<string, string> = {
  ...{ by: "方式", tries: "连续第几次", active: "启用", name: "账号", role: "角色" },
  ...{ changed: "改了", fields: "改了", rows: "条数", tickets: "工单", callers: "来访者" },
  ...{ conversations: "会话", conversation: "会话", suggestion: "建议", turn: "问答" },
  ...{
    canned: "常用语",
    other: "另一张",
    to: "转给",
    to_user: "转给",
    to_body: "转给",
    share: "交出",
    reason: "原因",
  },
  ...{ shown: "几位" },
  ...{ mode: "怎么答", from: "从", until: "到" },
  ...{ why: "原因", when: "时间", sentences: "句数" },
  ...{ tag: "标签", tags: "标签", slot: "哪一项", slots: "哪几项" },
};

/** Codes that details hold, whatever they are the detail of. */
const CODES: Record<string, string> = {
  ...{ password: "密码", oidc: "统一登录", true: "是", false: "否" },
  ...{ operator: "坐席", supervisor: "班长", admin: "管理员", analyst: "分析员" },
  ...{ status: "状态", assignee: "办理人", queue: "队列", priority: "缓急", tags: "标签" },
  ...{ next_step: "下一步", next_due: "期限", display_name: "姓名", extension: "分机" },
  ...{ email: "邮箱", role: "角色", active: "启用", contact: "联系方式", facts: "情况" },
  ...{ files: "材料", summary: "事由", mediation: "调解", regulator: "监管部门" },
  ...{ protection_centre: "保护中心", wrong_law: "法条不对", wrong_fact: "情况弄错" },
  ...{ off: "停用", approve: "先核对再发", operators: "只由人工答" },
  ...{ not_asked: "答非所问", tone: "说法不合适", other: "其他" },
};

/** The details of an entry in one line. They hold ids and codes, never words of visitors. */
export function detailWords({ detail }: Pick<AuditEntry, "detail">): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${DETAILS[name] ?? name}：${plain(value)}`)
    .join("；");
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join("、");
  if (typeof value === "object") return JSON.stringify(value);
  return CODES[String(value)] ?? String(value);
}
