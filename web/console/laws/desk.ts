import { door } from "../api/http";
import type {
  LawDetails,
  LawImport,
  LawMove,
  Laws,
  LawVersion,
  NewConfirmation,
  Release,
  WholeImport,
} from "./contract";

const LAWS = "/content/laws";

/** All throw DeskError. */
export const desk = {
  look: () => door.get<Laws>(LAWS),
  confirm: (one: NewConfirmation) => door.post<LawVersion>(`${LAWS}/confirmations`, one),
  imports: () => door.get<LawImport[]>(`${LAWS}/imports`),
  read: (name: string, data: string) => door.post<WholeImport>(`${LAWS}/imports`, { name, data }),
  open: (id: number) => door.get<WholeImport>(`${LAWS}/imports/${id}`),
  save: (id: number, details: LawDetails, moves: LawMove[] | null, over: number) =>
    door.put<WholeImport>(`${LAWS}/imports/${id}`, { details, moves, over }),
  drop: (id: number) => door.delete<null>(`${LAWS}/imports/${id}`),
  handIn: (id: number, note: string) =>
    door.post<WholeImport>(`${LAWS}/imports/${id}/hand-in`, { note }),
  takeBack: (id: number) => door.post<WholeImport>(`${LAWS}/imports/${id}/take-back`),
  reject: (id: number, text: string) =>
    door.post<WholeImport>(`${LAWS}/imports/${id}/reject`, { text }),
  prove: (id: number) => door.post<Release>(`${LAWS}/imports/${id}/prove`),
};
