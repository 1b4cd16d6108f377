import { type Component, createApp, reactive, ref } from "vue";
import type { Citation } from "../widget/api/contract";
import { READER } from "../widget/cards/citations/reader";
import { SERVICE, type Service } from "../widget/api/service";
import { TICKS } from "../widget/cards/ticks";
import { aProgress } from "./samples";

/**
 * Mounts a component on the page as on 22 November 2026, and notes which citations it opens and
 * what is ticked.
 */
export function mounted(
  component: Component,
  props: Record<string, unknown>,
  service: Partial<Service> = {},
) {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  const opened: Citation[] = [];
  const ticked = reactive(new Set<string>());
  createApp(component, props)
    .provide(READER, { today: ref("2026-11-22"), open: (citation) => opened.push(citation) })
    .provide(SERVICE, {
      draft: async () => new Blob(),
      calendar: async () => new Blob(),
      progress: async () => aProgress(),
      rateTicket: async () => {},
      isRated: () => false,
      ...service,
    })
    .provide(TICKS, {
      has: (what) => ticked.has(what),
      tick: (what, has) => void (has ? ticked.add(what) : ticked.delete(what)),
    })
    .mount(place);
  return { place, opened, ticked };
}

export function words(element: Element | null | undefined): string {
  return element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
