import { computed, reactive, ref, shallowRef } from "vue";
import { DeskError } from "../../api/problems";
import { Body } from "../body";
import type { Between, LineProblem, Name, Revision, WholeItem } from "../contract";
import { desk } from "../desk";
import { blankOf, fieldsOf } from "../fields";
import { type Keeping, NEW, placeOf, type Typed } from "./keeping";

/** What the editor asks for. All throw DeskError. */
export type Service = Pick<typeof desk, "item" | "propose" | "submit">;

/** What an address brings along, such as wordings that people used. */
export interface Brought {
  title: string;
  asks: string[];
  /** Where it comes from, as `cluster:12`. */
  from: string;
}

const LINE_BREAK = /\r?\n/;

/** One item being edited, or a new one. */
export class Editor {
  readonly typed: Typed = reactive({
    ...{ name: { kind: "", file: "", key: "" }, body: "", base: "", over: 0 },
    ...{ reason: "", from: "", until: "", sources: "" },
  });
  readonly whole = shallowRef<WholeItem | null>(null);
  /** Somebody else's change that came between. */
  readonly between = shallowRef<Between | null>(null);
  /** What was typed and not stored before the page was left is there again. */
  readonly wasKept = ref(false);
  readonly isBusy = ref(false);
  readonly fields = computed(() => fieldsOf(this.typed.name.kind, this.typed.name.key));
  readonly body = computed(() => new Body(this.typed.body, this.fields.value));
  /** What was typed at the beginning, as the service or the address told it. */
  private begun = "";
  private from = "";

  constructor(
    private readonly keeping: Keeping,
    private readonly myId: number,
    private readonly service: Service = desk,
  ) {}

  /** Begins with an item that is there; throws DeskError. */
  async open(name: Name, brought: Brought): Promise<void> {
    const whole = await this.service.item(name);
    this.whole.value = whole;
    const { kind, file, key } = whole.item;
    this.begin({ kind, file, key }, startOf(whole, this.myId), whole.item.version);
    if (!this.restore()) this.bring(brought);
  }

  /** Begins a new item of a kind. */
  write(name: Name, brought: Brought): void {
    this.from = brought.from;
    this.begin(name, blankOf(name.kind, name.key), 0);
    if (!this.restore()) this.bring(brought);
  }

  /** Gives a new item its name; what is typed stays. */
  call(name: Name, by: string | null): void {
    if (name.kind !== this.typed.name.kind)
      this.typed.body = this.typed.base = blankOf(name.kind, name.key);
    else if (name.key !== this.typed.name.key)
      this.typed.body = this.body.value.named(by, name.key);
    this.typed.name = { ...name };
  }

  /** Whether anything is typed that the service does not have. */
  get isTouched(): boolean {
    return JSON.stringify(this.typed) !== this.begun;
  }

  keep(): void {
    if (this.isTouched) this.keeping.set(this.place, { ...this.typed });
    else this.keeping.drop(this.place);
  }

  /** Forgets what was typed here and begins with what the service has. */
  forget(): void {
    this.keeping.drop(this.place);
    this.wasKept.value = false;
    const { name, base } = this.typed;
    const text = this.whole.value ? startOf(this.whole.value, this.myId) : base;
    this.begin({ ...name }, text, this.whole.value?.item.version ?? 0);
  }

  /**
   * Stores a draft; null where somebody else's change came between, which `between` tells then.
   * Throws DeskError.
   */
  async store(): Promise<Revision | null> {
    const { name, body, over, reason, from, until, sources } = this.typed;
    try {
      const stored = await this.service.propose({
        ...name,
        ...{ body, over, reason: reason.trim() },
        ...{ effective_from: from || null, expires_on: until || null },
        sources: linesOf(sources),
      });
      this.between.value = null;
      this.keeping.drop(this.place);
      this.wasKept.value = false;
      return stored;
    } catch (problem) {
      if (!(problem instanceof DeskError) || problem.code !== "changed_meanwhile") throw problem;
      this.between.value = problem.more as unknown as Between;
      return null;
    }
  }

  /** Stores and hands in for review; the lines that are wrong are given. Throws DeskError. */
  async handIn(): Promise<{ isIn: boolean; problems: LineProblem[] }> {
    const stored = await this.store();
    if (!stored) return { isIn: false, problems: [] };
    try {
      await this.service.submit(stored.id);
      return { isIn: true, problems: [] };
    } catch (problem) {
      await this.goOnOver();
      if (!(problem instanceof DeskError) || problem.code !== "content_invalid") throw problem;
      return { isIn: false, problems: problem.more.problems as LineProblem[] };
    }
  }

  /** Goes on over the other's change: with a text, and knowing of it. */
  settle(body: string): void {
    if (!this.between.value) return;
    this.typed.body = body;
    this.typed.over = this.between.value.version;
    this.typed.base = this.between.value.theirs.body ?? "";
    this.between.value = null;
    this.keep();
  }

  /** The draft that was stored is the newest: what is typed next goes over it. */
  async goOnOver(): Promise<void> {
    const whole = await this.service.item(this.typed.name);
    this.whole.value = whole;
    this.typed.over = whole.item.version;
    this.typed.base = this.typed.body;
    this.begun = JSON.stringify(this.typed);
    this.keep();
  }

  private get place(): string {
    return this.whole.value ? placeOf(this.typed.name) : `${NEW} ${this.from}`;
  }

  private begin(name: Name, body: string, over: number): void {
    const blank = { reason: "", from: "", until: "", sources: "" };
    const own = this.whole.value ? ownDraft(this.whole.value, this.myId) : undefined;
    const around = own
      ? {
          ...{ reason: own.reason, from: own.effective_from ?? "", until: own.expires_on ?? "" },
          sources: own.sources.join("\n"),
        }
      : blank;
    Object.assign(this.typed, { name, body, base: body, over, ...around });
    this.begun = JSON.stringify(this.typed);
  }

  private restore(): boolean {
    const kept = this.keeping.get(this.place);
    if (!kept || (!this.whole.value && kept.name.kind !== this.typed.name.kind)) return false;
    Object.assign(this.typed, kept);
    this.wasKept.value = true;
    return true;
  }

  private bring({ title, asks, from }: Brought): void {
    this.bringWordings(asks, title);
    if (asks.length && !this.typed.reason)
      this.typed.reason = this.whole.value ? "补上来访者用过的问法" : "来访者常问，还没有答复";
    const [, cluster] = /^cluster:(\w+)$/.exec(from) ?? [];
    if (cluster && !this.typed.sources) this.typed.sources = `来访者的提问，第 ${cluster} 组`;
  }

  private bringWordings(asks: string[], title: string): void {
    const field = this.fields.value.find(({ path }) => path[0] === "asks");
    const titled = this.fields.value.find(({ path }) => path[0] === "title");
    if (titled && title) this.typed.body = this.body.value.with(titled, title);
    const wordings = asks.length || titled ? asks : [title];
    if (!field || !wordings.some(Boolean)) return;
    const known = this.body.value.get(field) as string[];
    const all = [...new Set([...known, ...wordings.map((one) => one.trim()).filter(Boolean)])];
    this.typed.body = this.body.value.with(field, all);
  }
}

export function linesOf(text: string): string[] {
  return text
    .split(LINE_BREAK)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** One's own draft is gone on with; else one begins with what is in use. */
function startOf(whole: WholeItem, myId: number): string {
  return ownDraft(whole, myId)?.body ?? whole.body ?? whole.revisions[0]?.body ?? "";
}

function ownDraft({ revisions }: WholeItem, myId: number): Revision | undefined {
  const newest = revisions[0];
  return newest?.state === "draft" && newest.author_id === myId ? newest : undefined;
}
