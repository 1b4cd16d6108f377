import { ref } from "vue";
import type { DeskEvent, EventKind } from "./contract";
import { door, type Door } from "./http";
import { DeskError } from "./problems";
import { type Sent, StreamReader } from "./sse";

/** Pauses before the line is opened again, in milliseconds; the last one repeats. */
const PAUSES_MS = [500, 2_000, 5_000, 10_000, 30_000];
/** The service sends a comment every 15 s: two missed ones and a bit mean that the line is dead. */
const SILENCE_MS = 40_000;
/** A line that ends sooner has failed, however orderly it ended. */
const SHORTEST_LINE_MS = 5_000;

export type LineState = "off" | "connecting" | "live" | "lost";
type Listener = (event: DeskEvent) => void;

/**
 * What happens at the desk, as it happens. The line opens itself again and goes on behind the last
 * event that arrived. Whoever listens to gaps looks everything up anew after each opening, so that
 * nothing is missed that the service no longer keeps.
 */
export class DeskEvents {
  readonly state = ref<LineState>("off");
  private readonly listeners = new Set<Listener>();
  private readonly gapListeners = new Set<() => void>();
  private lastId = "";
  private failures = 0;
  private line: AbortController | null = null;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private wake: () => void = () => {};

  constructor(
    private readonly source: Pick<Door, "stream"> = door,
    private readonly pauses: readonly number[] = PAUSES_MS,
  ) {}

  /** Opens the line and keeps it open until `stop`. */
  start(): void {
    if (this.state.value !== "off") return;
    this.state.value = "connecting";
    globalThis.addEventListener?.("online", this.hurry);
    void this.keepOpen();
  }

  stop(): void {
    this.state.value = "off";
    this.lastId = "";
    this.failures = 0;
    globalThis.removeEventListener?.("online", this.hurry);
    clearTimeout(this.watchdog);
    this.line?.abort();
    this.wake();
  }

  /** Calls `listener` with every event, or with those of some kinds; gives what ends that. */
  on(listener: Listener, ...kinds: EventKind[]): () => void {
    const heard: Listener = (event) => {
      if (kinds.length === 0 || kinds.includes(event.kind)) listener(event);
    };
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  /** Calls `listener` whenever the line is open again after it was not. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => this.gapListeners.delete(listener);
  }

  /** Tries again at once. */
  readonly hurry = (): void => this.wake();

  private get isOff(): boolean {
    return this.state.value === "off";
  }

  private async keepOpen(): Promise<void> {
    while (!this.isOff) {
      const openedAt = Date.now();
      try {
        await this.readToTheEnd();
        // The service ends a line in good order from time to time; it goes on behind the last event.
        if (!this.isOff && Date.now() - openedAt > SHORTEST_LINE_MS) continue;
      } catch (error) {
        if (error instanceof DeskError && [401, 403].includes(error.status)) return this.stop();
      }
      if (this.isOff) return;
      this.state.value = "lost";
      await this.pause();
    }
  }

  private async readToTheEnd(): Promise<void> {
    const line = new AbortController();
    this.line = line;
    this.expectSigns(line);
    const response = await this.source.stream("/events", this.lastId, line.signal);
    this.opened();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const stream = new StreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.expectSigns(line);
      stream.read(value).forEach((sent) => this.take(sent));
    }
  }

  private opened(): void {
    const isAgain = this.failures > 0 || this.lastId !== "";
    this.failures = 0;
    this.state.value = "live";
    if (isAgain) this.gapListeners.forEach((listener) => listener());
  }

  private take({ id, event, data }: Sent): void {
    if (id) this.lastId = id;
    const told = asEvent(event, data);
    if (told) this.listeners.forEach((listener) => listener(told));
  }

  private expectSigns(line: AbortController): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => line.abort(), SILENCE_MS);
  }

  /** The pauses vary, so that all consoles do not come back in the same moment. */
  private async pause(): Promise<void> {
    clearTimeout(this.watchdog);
    const longest = this.pauses[Math.min(this.failures, this.pauses.length - 1)]!;
    this.failures += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export const events = new DeskEvents();

function asEvent(kind: string, data: string): DeskEvent | null {
  try {
    const { data: more, ...fields } = JSON.parse(data) as Record<string, unknown>;
    return { ...(more as object | undefined), ...fields, kind } as DeskEvent;
  } catch {
    return null;
  }
}
