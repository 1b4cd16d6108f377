import { door } from "../api/http";
import type {
  CalendarEntry,
  HitTest,
  ItemsPage,
  Kind,
  LineProblem,
  Name,
  NewRevision,
  Release,
  Revision,
  Said,
  Stale,
  State,
  Waiting,
  WholeItem,
} from "./contract";

const ROOM = "/content";
/** Content is loaded as a whole before a change may go on: that takes its time on a busy machine. */
const LONG_MS = 120_000;

/** A file's path as it stands in an address. */
function pathOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

export interface Wanted {
  kind: string;
  q: string;
  state: State | "";
}

let asked: Promise<Kind[]> | null = null;

/** The kinds of item; they are asked for once. */
function kinds(): Promise<Kind[]> {
  asked ??= door.get<Kind[]>(`${ROOM}/kinds`).catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** All throw DeskError. */
export const desk = {
  kinds,
  items: ({ kind, q, state }: Wanted, before: number | null = null) =>
    door.get<ItemsPage>(`${ROOM}/items`, { kind, q, state, before }),
  item: ({ kind, file, key }: Name) =>
    door.get<WholeItem>(`${ROOM}/items/${kind}/${pathOf(file)}`, { key }),
  check: (name: Name, body: string) =>
    door.post<{ problems: LineProblem[] }>(`${ROOM}/check`, { ...name, body }, LONG_MS),
  propose: (one: NewRevision) => door.post<Revision>(`${ROOM}/revisions`, one),
  submit: (id: number) => door.post<null>(`${ROOM}/revisions/${id}/submit`, {}, LONG_MS),
  withdraw: (id: number) => door.post<null>(`${ROOM}/revisions/${id}/withdraw`),
  reject: (id: number, text: string) => door.post<null>(`${ROOM}/revisions/${id}/reject`, { text }),
  archive: (id: number) => door.post<null>(`${ROOM}/revisions/${id}/archive`),
  comment: (id: number, text: string) =>
    door.post<Said>(`${ROOM}/revisions/${id}/comment`, { text }),
  waiting: () => door.get<Waiting[]>(`${ROOM}/waiting`),
  prove: (id: number, also: number[] = []) =>
    door.post<Release>(`${ROOM}/revisions/${id}/prove`, { also }),
  releases: (before: number | null = null) => door.get<Release[]>(`${ROOM}/releases`, { before }),
  release: (id: number) => door.get<Release>(`${ROOM}/releases/${id}`),
  activate: (id: number) => door.post<Release>(`${ROOM}/releases/${id}/activate`),
  rollBack: (id: number) => door.post<Release>(`${ROOM}/releases/${id}/roll-back`, {}, LONG_MS),
  calendar: (days: number) => door.get<CalendarEntry[]>(`${ROOM}/calendar`, { days }),
  stale: () => door.get<Stale[]>(`${ROOM}/stale`),
  hitTest: (query: string, day: string | null, release_id: number | null) =>
    door.post<HitTest>(`${ROOM}/hit-test`, { query, day, release_id }),
};
