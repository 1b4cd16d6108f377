import type { Section } from "../keys/keyboard";

export const GO_TO: Section = {
  title: "到处都能用",
  shortcuts: [
    { id: "help", keys: "?", does: "显示快捷键" },
    { id: "go.inbox", keys: "g i", does: "去会话" },
    { id: "go.tickets", keys: "g t", does: "去工单" },
    { id: "go.search", keys: "g s", does: "去搜索" },
    { id: "go.calls", keys: "g c", does: "去来电" },
    { id: "go.canned", keys: "g r", does: "去常用语" },
    { id: "go.directory", keys: "g d", does: "去机构" },
    { id: "go.figures", keys: "g f", does: "去统计" },
    { id: "go.gaps", keys: "g k", does: "去缺口" },
    { id: "go.users", keys: "g u", does: "去账号" },
    { id: "go.audit", keys: "g a", does: "去审计" },
    { id: "presence", keys: "g p", does: "在线与离开之间切换" },
    { id: "leave", keys: "Escape", does: "离开输入框" },
  ],
};
