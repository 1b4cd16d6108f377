import { reactive, ref, shallowRef, watch } from "vue";
import { loaded } from "../parts/loading";
import type { CalendarEntry, Item, ItemsPage, Name, Stale, State } from "./contract";
import { desk, type Wanted } from "./desk";
import { away, today } from "./words";

export const FILTERS = {
  "": "全部",
  published: "这里改过的",
  draft: "草稿",
  in_review: "等待审核",
  rejected: "已退回",
  soon: "快要生效或失效",
  stale: "过期待复核",
} as const;
export type Filter = keyof typeof FILTERS;

/** An item as the list shows it; `note` is why it stands there. */
export interface Row extends Name {
  title: string;
  states: State[];
  note: string;
  isGone: boolean;
}

/** What the list asks for. All throw DeskError. */
export interface Source {
  items: (wanted: Wanted, before: number | null) => Promise<ItemsPage>;
  calendar: (days: number) => Promise<CalendarEntry[]>;
  stale: () => Promise<Stale[]>;
}

const SOON_DAYS = 30;
const TYPED_MS = 250;

/** The items that are looked for, as far as they were asked for. */
export function useRows(begin: { kind: string; q: string }, source: Source = desk) {
  const wanted = reactive({ ...begin, filter: "" as Filter });
  const rows = shallowRef<Row[]>([]);
  const next = ref<number | null>(null);
  const first = loaded(() => look(null));
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(before: number | null): Promise<{ rows: Row[]; before: number | null }> {
    const { kind, q, filter } = wanted;
    if (filter === "soon") return all((await source.calendar(SOON_DAYS)).map(ofCalendar));
    if (filter === "stale") return all((await source.stale()).map(ofStale));
    const page = await source.items({ kind, q: q.trim(), state: filter }, before);
    return { rows: page.items.map(ofItem), before: page.before };
  }

  /** The whole of a short list, as far as it is what is looked for. */
  function all(found: Row[]): { rows: Row[]; before: null } {
    const words = wanted.q.trim().split(/\s+/).filter(Boolean);
    const rows = found.filter(
      (row) =>
        (!wanted.kind || row.kind === wanted.kind) &&
        words.every((word) => row.title.includes(word) || row.key.includes(word)),
    );
    return { rows, before: null };
  }

  watch(first.value, (page) => {
    if (page) [rows.value, next.value] = [page.rows, page.before];
  });
  watch([() => wanted.kind, () => wanted.filter], () => void first.load());
  watch(
    () => wanted.q,
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void first.load(), TYPED_MS);
    },
  );
  void first.load();

  async function loadMore(): Promise<void> {
    const asked = JSON.stringify(wanted);
    const page = await look(next.value);
    if (asked !== JSON.stringify(wanted)) return;
    rows.value = [...rows.value, ...page.rows];
    next.value = page.before;
  }

  return { wanted, rows, next, first, loadMore };
}

function ofItem({ kind, file, key, title, states, in_use }: Item): Row {
  return { kind, file, key, title, states: [...new Set(states)], note: "", isGone: !in_use };
}

function ofCalendar({ kind, file, key, title, day, what }: CalendarEntry): Row {
  const note = `${away(day, today())}${what === "begins" ? "生效" : "以后失效"}`;
  return { kind, file, key, title, states: [], note, isGone: false };
}

function ofStale({ kind, file, key, title, why }: Stale): Row {
  return { kind, file, key, title, states: [], note: why[0]?.said ?? "", isGone: false };
}
