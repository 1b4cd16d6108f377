import { createRouter, createWebHashHistory, type Router } from "vue-router";
import { ADMIN } from "./admin/routes";
import { may } from "./api/session";
import { CALLS } from "./calls/routes";
import { CANNED } from "./canned/routes";
import { DIRECTORY } from "./directory/routes";
import { FIGURES } from "./figures/routes";
import { INBOX } from "./inbox/routes";
import type { RoomRoutes } from "./parts/rooms";
import { TICKETS } from "./tickets/routes";

/** Every page, in the order of the rail. */
export const PAGES: RoomRoutes = [
  ...INBOX,
  ...TICKETS,
  ...CALLS,
  ...CANNED,
  ...DIRECTORY,
  ...FIGURES,
  ...ADMIN,
];

/** The pages that whoever is signed in may open. */
export function openPages(): RoomRoutes {
  return PAGES.filter((page) => may(page.meta!.permission));
}

/** A page that one may not open, or that is not there, leads to the first that one may. */
export function createDeskRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: PAGES,
  });
  router.beforeEach((to) => {
    if (to.matched.length > 0 && may(to.meta.permission)) return true;
    const first = openPages()[0];
    return first ? { name: first.name, replace: true } : false;
  });
  return router;
}
