import { Reading } from "@element-plus/icons-vue";
import type { RoomRoutes } from "../parts/rooms";

const CONTENT = { title: "内容", permission: "content" } as const;

export const CONTENT_PAGES: RoomRoutes = [
  {
    path: "/content",
    name: "content",
    component: () => import("./ListPage.vue"),
    meta: { ...CONTENT, icon: Reading },
  },
  {
    path: "/content/item/:kind/:file(.+)",
    name: "content-item",
    component: () => import("./item/ItemPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/edit/:kind/:file(.+)",
    name: "content-edit",
    component: () => import("./editing/EditPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/new",
    name: "content-new",
    component: () => import("./editing/EditPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/review",
    name: "content-review",
    component: () => import("./review/ReviewPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/review/:kind/:file(.+)",
    name: "content-review-one",
    component: () => import("./review/ReviewOne.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/releases",
    name: "content-releases",
    component: () => import("./releases/ReleasesPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/releases/:id(\\d+)",
    name: "content-release",
    component: () => import("./releases/ReleasePage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/calendar",
    name: "content-calendar",
    component: () => import("./looking/CalendarPage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/stale",
    name: "content-stale",
    component: () => import("./looking/StalePage.vue"),
    meta: CONTENT,
  },
  {
    path: "/content/hit-test",
    name: "content-hit-test",
    component: () => import("./looking/HitTestPage.vue"),
    meta: CONTENT,
  },
];
