import { createRouter, createWebHashHistory, type Router } from "vue-router";
import { ADMIN } from "./admin/routes";
import { DeskError } from "./api/problems";
import { may } from "./api/session";
import { ASKED } from "./asked/routes";
import { CALLS } from "./calls/routes";
import { CANNED } from "./canned/routes";
import { CONTENT_PAGES } from "./content/routes";
import { DIRECTORY } from "./directory/routes";
import { EXPERTS } from "./experts/routes";
import { FIGURES } from "./figures/routes";
import { INBOX } from "./inbox/routes";
import { INSTITUTIONS } from "./institutions/routes";
import { LAWS_PAGES } from "./laws/routes";
import { failed } from "./parts/toast";
import type { RoomRoutes } from "./parts/rooms";
import { SWITCHES } from "./switches/routes";
import { TICKETS } from "./tickets/routes";
import { TRAINING } from "./training/routes";
import { WAITING } from "./waiting/routes";

const RELOADED = "desk:reloaded";
const RELOAD_AT_MOST_EVERY_MS = 60_000;

/** Every page, in the order of the rail. */
export const PAGES: RoomRoutes = [
  ...INBOX,
  ...TICKETS,
  ...CALLS,
  ...CANNED,
  ...DIRECTORY,
  ...INSTITUTIONS,
  ...EXPERTS,
  ...WAITING,
  ...FIGURES,
  ...ASKED,
  ...CONTENT_PAGES,
  ...LAWS_PAGES,
  ...TRAINING,
  ...SWITCHES,
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
  router.onError((_, to) => loadAnew(to.fullPath));
  return router;
}

/**
 * A page that cannot be loaded belongs to a build that is no longer served: the newer one is loaded in
 * its place, once. What is being written survives that.
 */
function loadAnew(address: string): void {
  const wasLately = Date.now() - Number(sessionStorage.getItem(RELOADED)) < RELOAD_AT_MOST_EVERY_MS;
  if (wasLately) return failed(new DeskError("这一页没有载入，请检查网络后刷新。"));
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.hash = address;
  location.reload();
}
