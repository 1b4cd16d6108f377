import { useVocabulary } from "../../api/vocabulary";
import type { TicketItem } from "../contract";

type Matter = Pick<TicketItem, "right" | "situation" | "city">;

/** What a ticket is about, in a few words: 权利被侵犯 · 商标 · 南昌市. */
export function useMatter(): (ticket: Matter) => string {
  const { valueLabel } = useVocabulary();
  return ({ right, situation, city }) =>
    [valueLabel("situation", situation), valueLabel("right", right), city]
      .filter((part) => part && part !== "unknown")
      .join(" · ");
}

/** What of the matter its summary does not say already: one that was made of it says all. */
export function beyond(summary: string, matter: string): string {
  const said = summary.split(" · ");
  const isRepeated = matter.split(" · ").filter((part) => said.includes(part)).length > 1;
  return isRepeated ? "" : matter;
}
