import { type Ref, ref } from "vue";
import { conversations } from "../api/conversations";
import type { Citation, NewStaffMessage } from "../api/contract";
import { DeskError } from "../api/problems";
import { Drafts } from "../keeping/drafts";

/** An answer that the service has not confirmed yet. */
export interface Pending extends NewStaffMessage {
  state: "sending" | "failed";
  /** Why it failed, in words for the operator. */
  problem?: string;
}

/** A suggestion that a text began with. */
export interface Origin {
  suggestion_id: string;
  citations: Citation[];
}

export type Sender = (id: string, message: NewStaffMessage) => Promise<unknown>;

/**
 * Answers on their way in one conversation. They are sent one after another, and each carries one id
 * through all its attempts, so that none is said twice. What was not confirmed survives a reload.
 */
export class Outbox {
  readonly pending: Ref<Pending[]>;
  private line: Promise<void> = Promise.resolve();

  constructor(
    private readonly conversation: string,
    private readonly drafts: Drafts,
    private readonly sent: () => Promise<unknown>,
    private readonly send: Sender = conversations.send,
  ) {
    this.pending = ref(this.kept());
  }

  /** Sends it behind those that are on their way. */
  say(text: string, origin: Origin | null = null): Promise<void> {
    const client_message_id = crypto.randomUUID();
    this.pending.value.push({ text, client_message_id, ...origin, state: "sending" });
    return this.queue(client_message_id);
  }

  /** Tries one again that failed. */
  again(id: string): Promise<void> {
    this.change(id, { state: "sending", problem: undefined });
    return this.queue(id);
  }

  /** Gives up one that failed; gives its text, so that it can be written anew. */
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
    const waiting = this.find(id);
    if (waiting?.state !== "sending") return;
    const { state: _, problem: __, ...message } = waiting;
    try {
      await this.send(this.conversation, message);
      await this.sent();
      this.takeBack(id);
    } catch (error) {
      const words = error instanceof DeskError ? error.message : "没有送出。";
      this.change(id, { state: "failed", problem: words });
      this.keep();
    }
  }

  private find(id: string): Pending | undefined {
    return this.pending.value.find((one) => one.client_message_id === id);
  }

  private change(id: string, changes: Partial<Pending>): void {
    const waiting = this.find(id);
    if (waiting) Object.assign(waiting, changes);
  }

  private get place(): string {
    return `outbox:${this.conversation}`;
  }

  private keep(): void {
    const { value } = this.pending;
    this.drafts.set(this.place, value.length ? JSON.stringify(value) : "");
  }

  /** Whether these were delivered nobody knows: the operator decides. */
  private kept(): Pending[] {
    const text = this.drafts.get(this.place);
    const problem = "页面重新载入前没有确认送出。";
    return text
      ? (JSON.parse(text) as Pending[]).map((one) => ({ ...one, state: "failed", problem }))
      : [];
  }
}
