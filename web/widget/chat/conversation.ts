import { reactive } from "vue";
import { ApiError, type HelplineApi, type Session } from "../api/api";
import { LONGEST_MESSAGE } from "../api/contract";
import type {
  Ask,
  Button,
  Day,
  Handoff,
  Message,
  Progress,
  Referral,
  Snapshot,
  Ticket,
  Turn,
} from "../api/contract";
import { dayInChina } from "../api/dates";
import { uuid } from "../api/uuid";
import type { Outgoing, VisitMemory } from "../api/visit";

export type Delivery = "sending" | "retrying" | "delivered" | "undelivered";

/** One thing in the log, in the order in which it is shown. */
export type Entry =
  | { kind: "said"; key: string; message: Message }
  | { kind: "visitor"; key: string; outgoing: Outgoing; delivery: Delivery; reason: string }
  | { kind: "replies"; key: string; buttons: Button[]; turn: number }
  | { kind: "referral"; key: string; referral: Referral; asks: Ask[]; turn: number }
  | { kind: "ticket"; key: string; ticket: Ticket }
  | { kind: "notice"; key: string; text: string };

export type VisitorEntry = Extract<Entry, { kind: "visitor" }>;

interface State {
  phase: "closed" | "opening" | "ready" | "failed";
  /** Why the conversation could not be opened. */
  failure: string;
  entries: Entry[];
  /** Counts what the visitor said; buttons and asks of earlier turns are no longer offered. */
  turn: number;
  /** A message is on its way. */
  busy: boolean;
  handoff: Handoff | null;
  draft: string;
  /** Evidence that the visitor has ticked off: it stays ticked when a referral is replaced. */
  ticked: string[];
  /** The service's day: browsers' clocks are often wrong. */
  today: Day;
  /** Key of the newest referral; older ones are shown folded. */
  newestReferral: string;
}

/** What came back in one answer, or since the last look. */
type Answer = Pick<Turn, "messages" | "referral" | "ticket">;

/** How often a visitor who waits for or talks to a person is shown what is new, in milliseconds. */
const LOOK_AGAIN = 4_000;

/** Length as the service counts it, in code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/**
 * A visitor's conversation: what is shown, and what a visitor can do (open, say, press, resend,
 * tick, fetch).
 */
export class Conversation {
  readonly state: State = reactive<State>({
    phase: "closed",
    failure: "",
    entries: [],
    turn: 0,
    busy: false,
    handoff: null,
    draft: "",
    ticked: [],
    today: dayInChina(new Date().toISOString()),
    newestReferral: "",
  });

  private readonly seenMessages = new Set<string>();
  private lastReferral = "";
  private lastTicket = "";
  private lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Pick<
      HelplineApi,
      "open" | "resume" | "send" | "draft" | "calendar" | "progress"
    >,
    private readonly memory: VisitMemory,
    private readonly lookAgainAfter: number = LOOK_AGAIN,
  ) {
    this.state.draft = memory.recall().draft;
    this.state.ticked = memory.recall().ticked;
  }

  /** Resumes this tab's conversation or starts one. */
  async open(): Promise<void> {
    if (this.state.phase === "opening" || this.state.phase === "ready") return;
    this.state.phase = "opening";
    try {
      const { session } = this.memory.recall();
      if (session) await this.resume(session);
      else await this.start();
      this.state.phase = "ready";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.state.failure = error.message;
      this.state.phase = "failed";
    }
  }

  /** Stops looking for new messages. */
  close(): void {
    clearTimeout(this.lookTimer);
  }

  keepDraft(text: string): void {
    this.state.draft = text;
    this.memory.remember({ draft: text });
  }

  get draftCanBeSent(): boolean {
    const { phase, busy, draft } = this.state;
    return (
      phase === "ready" && !busy && draft.trim() !== "" && lengthOf(draft.trim()) <= LONGEST_MESSAGE
    );
  }

  async sayDraft(): Promise<void> {
    if (!this.draftCanBeSent) return;
    const text = this.state.draft.trim();
    this.keepDraft("");
    await this.say(text, text);
  }

  /** Posts the button's payload and shows its title. */
  async press(button: Button): Promise<void> {
    if (this.state.phase !== "ready" || this.state.busy) return;
    await this.say(button.payload, button.title);
  }

  /**
   * Sends an undelivered message once more, under the same `client_message_id`, as the newest in
   * the log.
   */
  async resend(entry: VisitorEntry): Promise<void> {
    await this.open();
    if (this.state.phase !== "ready" || this.state.busy) return;
    this.state.entries = this.state.entries.filter((other) => other !== entry);
    await this.deliver(entry);
  }

  /** A draft as a Word file; rejects with an ApiError that can be shown. */
  async fetchDraft(key: string): Promise<Blob> {
    return this.api.draft(this.sessionOrLost(), key);
  }

  /** The matter's deadlines as a calendar file; rejects with an ApiError that can be shown. */
  async fetchCalendar(): Promise<Blob> {
    return this.api.calendar(this.sessionOrLost());
  }

  /** How far a ticket has come; rejects with an ApiError that can be shown. */
  fetchProgress(number: string, code: string): Promise<Progress> {
    return this.api.progress(number, code);
  }

  /** Notes in this tab only that the visitor has a piece of evidence, or has it no more. */
  tick(what: string, has: boolean): void {
    const others = this.state.ticked.filter((other) => other !== what);
    this.state.ticked = has ? [...others, what] : others;
    this.memory.remember({ ticked: this.state.ticked });
  }

  private sessionOrLost(): Session {
    const { session } = this.memory.recall();
    if (!session) throw new ApiError("这段对话已结束或已过期，请重新说一遍情况。", { status: 404 });
    return session;
  }

  private async say(text: string, title: string): Promise<void> {
    const outgoing: Outgoing = { id: uuid(), text, title };
    this.memory.remember({ outbox: [...this.memory.recall().outbox, outgoing] });
    await this.deliver(visitorEntry(outgoing, "sending"));
  }

  private async deliver(fresh: VisitorEntry): Promise<void> {
    const { session } = this.memory.recall();
    if (!session) return;
    this.state.entries.push(fresh);
    const entry = this.state.entries.at(-1) as VisitorEntry; // the reactive one
    entry.delivery = "sending";
    this.state.turn++;
    this.state.busy = true;
    try {
      const { id, text } = entry.outgoing;
      const turn = await this.api.send(session, text, id, () => (entry.delivery = "retrying"));
      entry.delivery = "delivered";
      this.forget(entry.outgoing);
      this.state.handoff = turn.handoff;
      this.show(turn);
      this.lookLaterIfAPersonIsInvolved();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      entry.delivery = "undelivered";
      entry.reason = error.message;
      if (error.isLostSession) await this.startAfresh(entry);
    } finally {
      this.state.busy = false;
    }
  }

  private async start(): Promise<void> {
    const { id, token, messages } = await this.api.open();
    this.memory.remember({ session: { id, token } });
    this.show({ messages, referral: null, ticket: null });
  }

  private async resume(session: Session): Promise<void> {
    try {
      await this.settleOutbox(session);
      this.showAll(await this.api.resume(session));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isLostSession) throw error;
      this.loseSession();
      await this.start();
    }
    for (const outgoing of this.memory.recall().outbox) {
      this.state.entries.push(visitorEntry(outgoing, "undelivered"));
    }
  }

  /**
   * A reload may have cut a message off: sending it again first makes the history tell whether it
   * arrived.
   */
  private async settleOutbox(session: Session): Promise<void> {
    for (const outgoing of this.memory.recall().outbox) {
      try {
        const turn = await this.api.send(session, outgoing.text, outgoing.id);
        this.forget(outgoing);
        if (turn.ticket) this.withCode(turn.ticket);
      } catch (error) {
        // Refused for itself (too many, too long): it stays undelivered, and the rest goes on.
        if (!(error instanceof ApiError) || error.isPassing || error.isLostSession) throw error;
      }
    }
  }

  private loseSession(): void {
    this.memory.remember({ session: null, ticked: [] });
    this.state.ticked = [];
    this.state.handoff = null;
    this.lastReferral = "";
    this.lastTicket = "";
    this.notice("上次的对话已结束或已过期，已为您开始新的对话。之前说过的情况请再说一遍。");
  }

  /**
   * A new conversation in the same log; what was not delivered moves below its greeting, ready to
   * be sent there.
   */
  private async startAfresh(undelivered?: VisitorEntry): Promise<void> {
    this.state.entries = this.state.entries.filter((entry) => entry !== undelivered);
    this.loseSession();
    this.state.phase = "closed";
    await this.open();
    if (undelivered) this.state.entries.push(undelivered);
  }

  private forget(outgoing: Outgoing): void {
    this.memory.remember({
      outbox: this.memory.recall().outbox.filter((other) => other.id !== outgoing.id),
    });
  }

  private lookLaterIfAPersonIsInvolved(): void {
    clearTimeout(this.lookTimer);
    const { handoff } = this.state;
    if (handoff && handoff.state !== "closed")
      this.lookTimer = setTimeout(() => this.look(), this.lookAgainAfter);
  }

  private async look(): Promise<void> {
    const { session } = this.memory.recall();
    if (!session) return;
    try {
      if (!document.hidden && !this.state.busy) this.showNew(await this.api.resume(session));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isLostSession) await this.startAfresh();
    }
    this.lookLaterIfAPersonIsInvolved();
  }

  private showNew(snapshot: Snapshot): void {
    this.state.handoff = snapshot.handoff;
    this.show(snapshot);
  }

  /**
   * Rebuilds the log; only what came after the visitor's last words can still be answered with a
   * button.
   */
  private showAll(snapshot: Snapshot): void {
    this.state.entries = [];
    this.seenMessages.clear();
    const { messages } = snapshot;
    const answerStart = messages.findLastIndex((message) => message.role === "visitor") + 1;
    const titles = buttonTitles(messages);
    for (const message of messages.slice(0, answerStart)) {
      this.seenMessages.add(message.id);
      this.state.entries.push(historicEntry(message, titles));
    }
    this.state.handoff = snapshot.handoff;
    this.show({ ...snapshot, messages: messages.slice(answerStart) });
    this.lookLaterIfAPersonIsInvolved();
  }

  /**
   * Adds an answer to the log: what the helpline says, then the ticket and the referral, then its
   * questions, so that they stand next to the box in which they are answered. Terms, reminders,
   * other matters and the like, said after the direction, wait below the referral: on a phone they
   * would push out of sight what to do, by when and where.
   */
  private show({ messages, referral, ticket }: Answer): void {
    const fresh = messages.filter(
      (message) => message.role !== "visitor" && !this.seenMessages.has(message.id),
    );
    fresh.forEach((message) => this.seenMessages.add(message.id));
    const last = fresh.at(-1);
    if (last) this.state.today = dayInChina(last.at);

    const firstQuestion = startOfTrailingQuestions(fresh);
    const direction = endOfDirection(fresh.slice(0, firstQuestion), referral);
    for (const message of fresh.slice(0, direction)) this.said(message);
    if (ticket) this.ticket(ticket);
    if (referral) this.refer(referral, fresh);
    for (const message of fresh.slice(direction, firstQuestion)) this.said(message);
    for (const message of fresh.slice(0, firstQuestion)) this.replies(message);
    for (const message of fresh.slice(firstQuestion)) {
      this.said(message);
      this.replies(message);
    }
  }

  private said(message: Message): void {
    this.state.entries.push({ kind: "said", key: message.id, message });
  }

  private replies({ id, buttons }: Message): void {
    const { turn, entries } = this.state;
    if (buttons.length) entries.push({ kind: "replies", key: `replies-${id}`, buttons, turn });
  }

  private notice(text: string): void {
    this.state.entries.push({ kind: "notice", key: `notice-${uuid()}`, text });
  }

  /**
   * Every turn carries the current referral; only a changed one is news, without what the messages
   * say already.
   */
  private refer(referral: Referral, messages: Message[]): void {
    const { remedies, ruled_out: ruledOut, others } = referral;
    const isSaid = (words: string) => messages.some((message) => message.text.includes(words));
    const asks = referral.asks.filter((ask) => !isSaid(ask.question));
    const notices = (referral.notices ?? []).filter((notice) => !isSaid(notice));
    const content = JSON.stringify(referral);
    const isEmpty = [remedies, ruledOut, asks, notices, others].every((part) => part.length === 0);
    if (isEmpty || content === this.lastReferral) return;
    this.lastReferral = content;
    this.state.today = referral.as_of;
    this.state.newestReferral = `referral-${uuid()}`;
    const { newestReferral: key, turn } = this.state;
    this.state.entries.push({
      kind: "referral",
      key,
      referral: { ...referral, notices },
      asks,
      turn,
    });
  }

  private ticket(ticket: Ticket): void {
    const content = `${ticket.number} ${ticket.priority}`;
    if (content === this.lastTicket) return;
    this.lastTicket = content;
    this.state.entries.push({
      kind: "ticket",
      key: `ticket-${uuid()}`,
      ticket: this.withCode(ticket),
    });
  }

  /** The ticket with its code, which is kept when it comes and supplied when it comes no more. */
  private withCode(ticket: Ticket): Ticket {
    const { number, code } = ticket;
    if (code) this.memory.remember({ ticket: { number, code } });
    const kept = this.memory.recall().ticket;
    return kept?.number === number ? { ...ticket, code: kept.code } : ticket;
  }
}

function visitorEntry(outgoing: Outgoing, delivery: Delivery): VisitorEntry {
  return { kind: "visitor", key: outgoing.id, outgoing, delivery, reason: "" };
}

function historicEntry(message: Message, titles: Map<string, string>): Entry {
  if (message.role !== "visitor") return { kind: "said", key: message.id, message };
  const { id, text } = message;
  return visitorEntry({ id, text, title: titles.get(text) ?? text }, "delivered");
}

/** A history holds what was posted: the payload. The button that offered it knows the words. */
function buttonTitles(messages: Message[]): Map<string, string> {
  return new Map(
    messages.flatMap((message) => message.buttons).map(({ payload, title }) => [payload, title]),
  );
}

/**
 * How many of the statements lead up to the last one that names the way to go; all of them where
 * none does.
 */
function endOfDirection(statements: Message[], referral: Referral | null): number {
  const best = referral?.remedies[0];
  const last = statements.findLastIndex(({ text }) => best && text.includes(`「${best.name}」`));
  return last === -1 ? statements.length : last + 1;
}

/**
 * Index of the first of the questions that end an answer; the first message is never one of them.
 */
function startOfTrailingQuestions(messages: Message[]): number {
  const lastStatement = messages.findLastIndex((message) => message.buttons.length === 0);
  return Math.max(lastStatement + 1, Math.min(1, messages.length));
}
