import { Search, Tickets } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

export const TICKETS: RoomRoutes = [
  {
    path: "/tickets/:number?",
    name: "tickets",
    component: () => import("./TicketsPage.vue"),
    meta: { title: "工单", permission: "tickets", icon: Tickets },
  },
  {
    path: "/search",
    name: "search",
    component: () => import("./search/SearchPage.vue"),
    meta: { title: "搜索", permission: "lookup", icon: Search },
  },
];
