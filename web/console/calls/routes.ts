import { Phone } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const CALLS: RoomRoutes = [
  {
    path: "/calls/:id?",
    name: "calls",
    component: () => import("./CallsPage.vue"),
    meta: { title: "来电", permission: "chat", icon: Phone },
  },
];
