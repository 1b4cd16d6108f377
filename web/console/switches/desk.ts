import { door } from "../api/http";
import type { Banner, NewBanner, NewSwitch, Switch, Switches } from "./contract";

/** All throw DeskError. */
export const desk = {
  look: () => door.get<Switches>("/switches"),
  set: (one: NewSwitch) => door.post<Switch>("/switches", one),
  lift: (id: number) => door.delete<null>(`/switches/${id}`),
  tell: (line: NewBanner) => door.post<Banner>("/switches/banners", line),
  takeDown: (id: number) => door.delete<null>(`/switches/banners/${id}`),
};
