import { QuestionFilled } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

const ASKED_META = { title: "提问", permission: "content" } as const;

export const ASKED: RoomRoutes = [
  {
    path: "/asked",
    name: "asked",
    component: () => import("./AskedPage.vue"),
    meta: { ...ASKED_META, icon: QuestionFilled },
  },
  {
    path: "/asked/:id(\\d+)",
    name: "asked-group",
    component: () => import("./GroupPage.vue"),
    meta: ASKED_META,
  },
  {
    path: "/asked/labels",
    name: "asked-labels",
    component: () => import("./labelling/LabelPage.vue"),
    meta: ASKED_META,
  },
  {
    path: "/asked/labels/disputed",
    name: "asked-disputed",
    component: () => import("./labelling/DisputedPage.vue"),
    meta: ASKED_META,
  },
  {
    path: "/asked/rejected",
    name: "gaps",
    alias: "/gaps",
    component: () => import("./rejected/GapsPage.vue"),
    meta: { ...ASKED_META, permission: "oversee" },
  },
];
