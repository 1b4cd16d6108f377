import type { Section } from "../keys/keyboard";

export const DIRECTORY_KEYS: Section = {
  title: "搜索、机构与常用语",
  permission: "lookup",
  shortcuts: [
    { id: "lookup.search", keys: "/", does: "搜索" },
    { id: "lookup.add", keys: "n", does: "新建常用语" },
  ],
};
