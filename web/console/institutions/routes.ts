import { Location } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const INSTITUTIONS: RoomRoutes = [
  {
    path: "/institutions",
    name: "institutions",
    component: () => import("./InstitutionsPage.vue"),
    meta: { title: "机构维护", permission: "content", icon: Location },
  },
];
