import type { TicketItem } from "../contract";

/** What a ticket is about, in a few words: 商标 · 权利被侵犯 · 南昌. */
export function matterWords({
  right,
  situation,
  city,
}: Pick<TicketItem, "right" | "situation" | "city">): string {
  return [right, situation, city].filter(Boolean).join(" · ");
}
