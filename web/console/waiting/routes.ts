import { Promotion } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const WAITING: RoomRoutes = [
  {
    path: "/waiting",
    name: "waiting",
    component: () => import("./WaitingPage.vue"),
    meta: { title: "待送达", permission: "oversee", icon: Promotion },
  },
];
