import { Memo, User } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const ADMIN: RoomRoutes = [
  {
    path: "/users",
    name: "users",
    component: () => import("./UsersPage.vue"),
    meta: { title: "账号", permission: "users", icon: User },
  },
  {
    path: "/audit",
    name: "audit",
    component: () => import("./AuditPage.vue"),
    meta: { title: "审计", permission: "audit", icon: Memo },
  },
];
