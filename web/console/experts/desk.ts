import { door } from "../api/http";
import type { Expert, NewExpert, Roster, Why } from "./contract";

/** All throw DeskError. */
export const desk = {
  look: (q: string) => door.get<Roster>("/experts", { q }),
  add: (one: NewExpert) => door.post<Expert>("/experts", one),
  change: (id: number, one: NewExpert) => door.put<Expert>(`/experts/${id}`, one),
  remove: (id: number, why: Why) => door.delete<null>(`/experts/${id}?why=${why}`),
};
