import { OfficeBuilding } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const DIRECTORY: RoomRoutes = [
  {
    path: "/directory",
    name: "directory",
    component: () => import("./DirectoryPage.vue"),
    meta: { title: "机构", permission: "lookup", icon: OfficeBuilding },
  },
];
