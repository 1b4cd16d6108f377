import { door } from "../api/http";
import type {
  Agreement,
  Groups,
  Label,
  LabelVocabulary,
  Next,
  PutAside,
  Reason,
  SentencesPage,
  Standing,
  ToRead,
  WholeGroup,
} from "./contract";

/** All throw DeskError. */
export const desk = {
  groups: (standing: Standing, reason: Reason | "", offset: number) =>
    door.get<Groups>("/asked/groups", { standing, reason: reason || null, offset }),
  group: (id: number) => door.get<WholeGroup>(`/asked/groups/${id}`),
  refresh: () => door.post<null>("/asked/refresh"),
  putAside: (id: number, done: PutAside) => door.post<null>(`/asked/groups/${id}/aside`, done),
  bringBack: (id: number) => door.post<null>(`/asked/groups/${id}/back`),
  take: (id: number, turn_ids: string[]) =>
    door.post<{ added: number }>(`/asked/groups/${id}/sentences`, { turn_ids }),
};

/** All throw DeskError. */
export const labels = {
  vocabulary: () => door.get<LabelVocabulary>("/labels/vocabulary"),
  next: (skipped: readonly number[]) =>
    door.get<Next>(`/labels/next?${skipped.map((id) => `skip=${id}`).join("&")}`),
  add: (text: string) => door.post<ToRead>("/labels/sentences", { text }),
  read: (id: number, label: Label) =>
    door.post<{ state: string }>(`/labels/sentences/${id}/readings`, label),
  decide: (id: number, label: Label) => door.post<null>(`/labels/sentences/${id}/decision`, label),
  leaveOut: (id: number) => door.post<null>(`/labels/sentences/${id}/leave-out`),
  disputed: (before: number | null) =>
    door.get<SentencesPage>("/labels/sentences", { state: "disputed", before }),
  agreement: () => door.get<Agreement>("/labels/agreement"),
};
