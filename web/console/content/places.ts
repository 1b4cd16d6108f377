import type { RouteLocationRaw } from "vue-router";
import type { Name } from "./contract";

/** A page about an item; a link may name the page by its path as well, with `?key=`. */
function at(page: string, { kind, file, key }: Name, more: Record<string, string> = {}) {
  return { name: page, params: { kind, file }, query: { key, ...more } };
}

export const itemPlace = (name: Name): RouteLocationRaw => at("content-item", name);
export const editPlace = (name: Name): RouteLocationRaw => at("content-edit", name);
export const reviewPlace = (name: Name, revision: number): RouteLocationRaw =>
  at("content-review-one", name, { revision: String(revision) });
export const releasePlace = (id: number): RouteLocationRaw => ({
  name: "content-release",
  params: { id: String(id) },
});
