import { Opportunity } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const GAPS: RoomRoutes = [
  {
    path: "/gaps",
    name: "gaps",
    component: () => import("./GapsPage.vue"),
    meta: { title: "缺口", permission: "oversee", icon: Opportunity },
  },
];
