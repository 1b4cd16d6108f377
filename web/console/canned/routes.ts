import { CollectionTag } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const CANNED: RoomRoutes = [
  {
    path: "/canned",
    name: "canned",
    component: () => import("./CannedPage.vue"),
    meta: { title: "常用语", permission: "chat", icon: CollectionTag },
  },
];
