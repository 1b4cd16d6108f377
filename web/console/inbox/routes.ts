import { ChatDotRound } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const INBOX: RoomRoutes = [
  {
    path: "/inbox/:box(unanswered|mine|watching|closed|all)?/:id?",
    name: "inbox",
    component: () => import("./InboxPage.vue"),
    meta: { title: "会话", permission: "chat", icon: ChatDotRound },
  },
];
