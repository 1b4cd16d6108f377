import { type Ref, ref } from "vue";
import { conversations } from "../api/conversations";
import type { Citation, NewStaffMessage } from "../api/contract";
import { DeskError } from "../api/problems";
import { Drafts } from "../keeping/drafts";

/**
 * An answer that the service has not confirmed yet: on its way, waiting for the connection to come
 * back, or refused, so that the operator has to decide.
 */
export interface Pending extends NewStaffMessage {
  state: "sending" | "waiting" | "failed";
  /** Why it was not sent, in words for the operator. */
  problem?: string;
  /** When it was written, in milliseconds of this machine's clock. */
  written: number;
}

/** A suggestion that a text began with. */
export interface Origin {
  suggestion_id: string;
  citations: Citation[];
}

export type Sender = (id: string, message: NewStaffMessage) => Promise<unknown>;

/** What was written longer ago may no longer fit: after a reload it is the operator who decides. */
const STILL_MEANT_MS = 10 * 60_000;

/**
 * Answers on their way in one conversation. They are sent one after another, and each carries one id
 * through all its attempts, so that none is said twice. What the connection did not let through is
 * sent again by `resend`, before anything newer. What was not confirmed survives a reload.
 */
export class Outbox {
  readonly pending: Ref<Pending[]>;
  /** Called after each that was confirmed. */
  sent: () => Promise<unknown> = async () => {};
  private line: Promise<void> = Promise.resolve();

  constructor(
    private readonly conversation: string,
    private readonly drafts: Drafts,
    private readonly send: Sender = conversations.send,
  ) {
    this.pending = ref(this.kept());
  }

  /** Sends it behind those that are on their way. */
  say(text: string, origin: Origin | null = null): Promise<void> {
    const client_message_id = crypto.randomUUID();
    void this.resend();
    const written = Date.now();
    this.pending.value.push({ text, client_message_id, ...origin, state: "sending", written });
    return this.queue(client_message_id);
  }

  /** Tries those once more, in their order, that the connection did not let through. */
  resend(): Promise<void> {
    const waiting = this.pending.value.filter(({ state }) => state === "waiting");
    waiting.forEach(({ client_message_id }) => void this.again(client_message_id));
    return this.line;
  }

  /** Tries one again. */
  again(id: string): Promise<void> {
    this.change(id, { state: "sending", problem: undefined });
    return this.queue(id);
  }

  /** Gives up one that was not sent; gives its text, so that it can be written anew. */
  takeBack(id: string): string {
    const text = this.find(id)?.text ?? "";
    this.pending.value = this.pending.value.filter((one) => one.client_message_id !== id);
    this.keep();
    return text;
  }

  private queue(id: string): Promise<void> {
    this.keep();
    this.line = this.line.then(() => this.attempt(id));
    return this.line;
  }

  private async attempt(id: string): Promise<void> {
    const one = this.find(id);
    if (one?.state !== "sending") return;
    const before = this.pending.value.slice(0, this.pending.value.indexOf(one));
    const held = before.find(({ state }) => state === "waiting");
    if (held) return this.stop(id, "waiting", held.problem);
    const { state: _, problem: __, written: ___, ...message } = one;
    try {
      await this.send(this.conversation, message);
    } catch (error) {
      const isPassing = error instanceof DeskError && error.isPassing;
      const words = error instanceof DeskError ? error.message : "没有送出。";
      return this.stop(id, isPassing ? "waiting" : "failed", words);
    }
    await this.sent();
    this.takeBack(id);
  }

  private stop(id: string, state: "waiting" | "failed", problem?: string): void {
    this.change(id, { state, problem });
    this.keep();
  }

  private find(id: string): Pending | undefined {
    return this.pending.value.find((one) => one.client_message_id === id);
  }

  private change(id: string, changes: Partial<Pending>): void {
    const one = this.find(id);
    if (one) Object.assign(one, changes);
  }

  private get place(): string {
    return `outbox:${this.conversation}`;
  }

  private keep(): void {
    const { value } = this.pending;
    this.drafts.set(this.place, value.length ? JSON.stringify(value) : "");
  }

  /** Whether these were delivered nobody knows; what is fresh is sent again, once it is asked for. */
  private kept(): Pending[] {
    const text = this.drafts.get(this.place);
    const problem = "页面重新载入前没有确认送出。";
    const kept = text ? (JSON.parse(text) as Pending[]) : [];
    return kept.map((one) => {
      const isMeant = one.state !== "failed" && Date.now() - one.written < STILL_MEANT_MS;
      return { ...one, state: isMeant ? "waiting" : "failed", problem };
    });
  }
}
