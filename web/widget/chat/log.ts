import type {
  AddedPicture,
  Message,
  Referral,
  Snapshot,
  Ticket,
  TicketNews,
  Turn,
} from "../api/contract";
import { dayInChina } from "../api/dates";
import { uuid } from "../api/uuid";
import type { VisitMemory } from "../api/visit";
import { keptPicture } from "../pictures/picture";
import {
  articlesBeside,
  buttonTitles,
  endOfDirection,
  historicEntry,
  isAnswered,
  startOfTrailingQuestions,
  turnsOf,
} from "./entries";
import type { State } from "./state";

/** What came back in one answer, or since the last look. */
type Answer = Pick<Turn, "messages" | "referral" | "ticket">;

/** What stands in the log of a conversation, and in which order. */
export class Log {
  private readonly seenMessages = new Set<string>();
  private lastReferral = "";
  private lastTicket = "";
  /** Ids of the messages that tell what has become of a ticket. */
  private readonly news = new Set<string>();

  constructor(
    private readonly state: State,
    private readonly memory: VisitMemory,
  ) {}

  /** Nothing of the conversation stands in the log any more. */
  forget(): void {
    this.clear();
    this.news.clear();
  }

  /** Another conversation goes on in the same log: its advice and its ticket are its own. */
  forgetCards(): void {
    this.lastReferral = "";
    this.lastTicket = "";
    this.state.ticket = "";
  }

  /** Asks below all that was said how content the visitor was with the operator. */
  askForRating(): void {
    this.state.entries.push({ kind: "rating", key: `rating-${uuid()}` });
  }

  hasShown(message: string): boolean {
    return this.seenMessages.has(message);
  }

  /**
   * Rebuilds the log, turn by turn, each with the cards that it led to; only what came after the
   * visitor's last words can still be answered with a button.
   */
  showAll(snapshot: Snapshot, pictures: AddedPicture[]): void {
    this.note(snapshot.news);
    const rating = this.state.entries.filter(({ kind }) => kind === "rating");
    this.clear();
    const titles = buttonTitles(snapshot.messages);
    const advised = new Map(
      snapshot.referrals.map(({ message_id: id, referral }) => [id, referral]),
    );
    const turns = turnsOf(snapshot.messages);
    const newest = turns.pop() ?? [];
    const waiting = [...pictures];
    for (const messages of turns) {
      this.showPicturesBefore(messages[0]!, waiting);
      this.showVisitor(messages, titles);
      this.show({ messages, referral: advised.get(messages[0]!.id) ?? null, ticket: null });
    }
    this.state.entries = this.state.entries.filter((entry) => entry.kind !== "replies");
    if (newest[0]) this.showPicturesBefore(newest[0], waiting);
    this.showVisitor(newest, titles);
    const referral = byAPerson(snapshot)
      ? (advised.get(newest[0]?.id ?? "") ?? null)
      : snapshot.referral;
    this.show({ messages: newest, referral, ticket: snapshot.ticket });
    this.state.entries.push(...waiting.map(keptPicture));
    this.state.entries.push(...rating);
  }

  /**
   * Adds what is new since the last look. Advice that is worked out while a person answers is the
   * operator's to give.
   */
  showNew(snapshot: Snapshot): void {
    this.note(snapshot.news);
    this.show(byAPerson(snapshot) ? { ...snapshot, referral: null } : snapshot);
  }

  /** What was told as news on this page stays marked as news. */
  private note(news: TicketNews[] = []): void {
    news.forEach(({ message_id: id }) => this.news.add(id));
  }

  private clear(): void {
    this.forgetCards();
    this.state.entries = [];
    this.seenMessages.clear();
  }

  /** Takes the pictures that came before a message out of those that wait, into the log. */
  private showPicturesBefore({ at }: Message, waiting: AddedPicture[]): void {
    const later = waiting.findIndex(({ added_at }) => Date.parse(added_at) >= Date.parse(at));
    const earlier = waiting.splice(0, later === -1 ? waiting.length : later);
    this.state.entries.push(...earlier.map(keptPicture));
  }

  private showVisitor([first]: Message[], titles: Map<string, string>): void {
    if (first?.role !== "visitor") return;
    this.state.turn++;
    this.state.entries.push(historicEntry(first, titles));
  }

  /**
   * Adds an answer to the log: what the helpline says, then the ticket and the referral, then its
   * questions, so that they stand next to the box in which they are answered. Terms, reminders,
   * other matters and the like, said after the direction, wait below the referral: on a phone they
   * would push out of sight what to do, by when and where.
   */
  show({ messages, referral, ticket }: Answer): void {
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
    const isNews = this.news.has(message.id);
    this.state.entries.push({ kind: "said", key: message.id, message, isNews });
  }

  private replies({ id, buttons }: Message): void {
    const { turn, entries } = this.state;
    if (buttons.length) entries.push({ kind: "replies", key: `replies-${id}`, buttons, turn });
  }

  notice(text: string): void {
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
    if (!asks.length && isAnswered(referral, messages)) {
      this.explain({ ...referral, notices }, messages);
      return;
    }
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

  /** The words have answered already: of the card only what they do not hold is left, folded. */
  private explain(referral: Referral, messages: Message[]): void {
    const citations = articlesBeside(referral, messages);
    const { remedies, ruled_out: ruledOut, notices } = referral;
    const hasMore = [remedies.slice(1), ruledOut, notices ?? []].some((part) => part.length > 0);
    if (citations.length || hasMore)
      this.state.entries.push({
        kind: "explained",
        key: `explained-${uuid()}`,
        referral: hasMore ? referral : null,
        citations,
      });
  }

  private ticket(ticket: Ticket): void {
    this.state.ticket = ticket.number;
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
  withCode(ticket: Ticket): Ticket {
    const { number, code } = ticket;
    if (code) this.memory.remember({ ticket: { number, code } });
    const kept = this.memory.recall().ticket;
    return kept?.number === number ? { ...ticket, code: kept.code } : ticket;
  }
}

function byAPerson({ status }: Snapshot): boolean {
  return status === "waiting" || status === "operator";
}
