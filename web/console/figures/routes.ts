import { DataLine } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const FIGURES: RoomRoutes = [
  {
    path: "/figures",
    name: "figures",
    component: () => import("./FiguresPage.vue"),
    meta: { title: "统计", permission: "figures", icon: DataLine },
  },
];
