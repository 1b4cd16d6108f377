import { useVocabulary } from "../../api/vocabulary";
import type { TicketItem } from "../contract";

type Matter = Pick<TicketItem, "right" | "situation" | "city">;

/** What a ticket is about, in a few words: 商标 · 权利被侵犯 · 南昌市. */
export function useMatter(): (ticket: Matter) => string {
  const { valueLabel } = useVocabulary();
  return ({ right, situation, city }) =>
    [valueLabel("right", right), valueLabel("situation", situation), city]
      .filter((part) => part && part !== "unknown")
      .join(" · ");
}
