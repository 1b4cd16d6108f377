import { Avatar } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const EXPERTS: RoomRoutes = [
  {
    path: "/experts",
    name: "experts",
    component: () => import("./ExpertsPage.vue"),
    meta: { title: "专家", permission: "content", icon: Avatar },
  },
];
