import { door } from "../api/http";
import type { Run, Training, WholeRun } from "./contract";

/** All throw DeskError. */
export const desk = {
  look: () => door.get<Training>("/training"),
  one: (id: number) => door.get<WholeRun>(`/training/runs/${id}`),
  train: () => door.post<Run>("/training/runs", {}),
  cancel: (id: number) => door.post<Run>(`/training/runs/${id}/cancel`, {}),
  activate: (id: number) => door.post<null>(`/training/runs/${id}/activate`, {}),
  rollBack: () => door.post<null>("/training/roll-back", {}),
};
