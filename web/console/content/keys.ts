import type { Section } from "../keys/keyboard";

export const CONTENT_KEYS: Section = {
  title: "内容",
  permission: "content",
  shortcuts: [
    { id: "content.search", keys: "/", does: "搜索内容" },
    { id: "content.next", keys: "j", does: "下一条" },
    { id: "content.previous", keys: "k", does: "上一条" },
    { id: "content.add", keys: "n", does: "新写一条" },
    { id: "content.edit", keys: "e", does: "修改打开的这一条" },
    { id: "content.save", keys: "Ctrl+s", does: "存草稿" },
  ],
};
