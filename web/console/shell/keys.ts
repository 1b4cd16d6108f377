import type { Section } from "../keys/keyboard";

export const GO_TO: Section = {
  title: "到处都能用",
  shortcuts: [
    { id: "help", keys: "?", does: "显示快捷键" },
    { id: "go.inbox", keys: "g i", does: "去会话", permission: "chat" },
    { id: "go.tickets", keys: "g t", does: "去工单", permission: "tickets" },
    { id: "go.search", keys: "g s", does: "去搜索", permission: "lookup" },
    { id: "go.calls", keys: "g c", does: "去来电", permission: "chat" },
    { id: "go.canned", keys: "g r", does: "去常用语", permission: "chat" },
    { id: "go.directory", keys: "g d", does: "去机构", permission: "lookup" },
    { id: "go.figures", keys: "g f", does: "去统计", permission: "figures" },
    { id: "go.asked", keys: "g k", does: "去大家在问", permission: "content" },
    { id: "go.content", keys: "g n", does: "去内容", permission: "content" },
    { id: "go.laws", keys: "g l", does: "去法律", permission: "content" },
    { id: "go.users", keys: "g u", does: "去账号", permission: "users" },
    { id: "go.audit", keys: "g a", does: "去审计", permission: "audit" },
    { id: "presence", keys: "g p", does: "在线与离开之间切换", permission: "chat" },
    { id: "leave", keys: "Escape", does: "离开输入框" },
  ],
};
