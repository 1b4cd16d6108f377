import { SwitchButton } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const SWITCHES: RoomRoutes = [
  {
    path: "/switches",
    name: "switches",
    component: () => import("./SwitchesPage.vue"),
    meta: { title: "开关", permission: "publish", icon: SwitchButton },
  },
];
