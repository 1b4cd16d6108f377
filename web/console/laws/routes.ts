import { Collection } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

const LAWS = { title: "法律", permission: "content" } as const;

export const LAWS_PAGES: RoomRoutes = [
  {
    path: "/laws",
    name: "laws",
    component: () => import("./LawsPage.vue"),
    meta: { ...LAWS, icon: Collection },
  },
  {
    path: "/laws/status",
    name: "laws-status",
    component: () => import("./StatusPage.vue"),
    meta: LAWS,
  },
  {
    path: "/laws/imports/:id(\\d+)",
    name: "law-import",
    component: () => import("./ImportPage.vue"),
    meta: LAWS,
  },
];
