import { Cpu } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const TRAINING: RoomRoutes = [
  {
    path: "/training",
    name: "training",
    component: () => import("./TrainingPage.vue"),
    meta: { title: "训练", permission: "content", icon: Cpu },
  },
];
