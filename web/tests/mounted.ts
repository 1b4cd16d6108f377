import { type Component, createApp, ref } from "vue";
import type { Citation } from "../widget/contract";
import { FETCH_DRAFT, type FetchDraft } from "../widget/drafts";
import { READER } from "../widget/reader";

/** Mounts a component on the page as on 22 November 2026, and notes which citations it opens. */
export function mounted(component: Component, props: Record<string, unknown>, fetchDraft?: FetchDraft) {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  const opened: Citation[] = [];
  createApp(component, props)
    .provide(READER, { today: ref("2026-11-22"), open: (citation) => opened.push(citation) })
    .provide(FETCH_DRAFT, fetchDraft ?? (async () => new Blob()))
    .mount(place);
  return { place, opened };
}

export function words(element: Element | null | undefined): string {
  return element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
