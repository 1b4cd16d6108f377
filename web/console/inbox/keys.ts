import type { Section } from "../keys/keyboard";

export const INBOX_KEYS: Section = {
  title: "会话列表",
  permission: "chat",
  shortcuts: [
    { id: "list.next", keys: "j", does: "下一段会话" },
    { id: "list.previous", keys: "k", does: "上一段会话" },
    { id: "list.open", keys: "Enter", does: "打开选中的会话" },
    { id: "list.oldest", keys: "n", does: "打开最该先接的一位" },
    { id: "list.search", keys: "/", does: "搜索" },
    { id: "list.nextBox", keys: "]", does: "下一个收件箱" },
    { id: "list.previousBox", keys: "[", does: "上一个收件箱" },
  ],
};
