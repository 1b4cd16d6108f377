/** What a room of the console tells about itself, so that rail, router and help can name it. */
import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";
import type { Permission } from "../api/contract";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** Who may see the page; the service asks anew at each call. */
    permission: Permission;
    /** What stands for the page in the rail; without it the page has no place there. */
    icon?: Component;
  }
}

export type RoomRoutes = RouteRecordRaw[];
