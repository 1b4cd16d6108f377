import { reactive } from "vue";
import { ApiError, type HelplineApi, type Session } from "../api/api";
import { LONGEST_MESSAGE } from "../api/contract";
import type {
  AddedPicture,
  Button,
  Handoff,
  MadeCode,
  Moved,
  PrivacyNotice,
  Progress,
  Satisfaction,
  Snapshot,
  Turn,
} from "../api/contract";
import type { LiveEvent } from "../api/events";
import type { News, Tabs, Word } from "../api/tabs";
import { uuid } from "../api/uuid";
import type { Outgoing, VisitMemory } from "../api/visit";
import { rate } from "../cards/rating";
import { gistOf } from "../moving/choice";
import { Line } from "../person/line";
import { OwnTyping, TheirTyping } from "../person/typing";
import { obstacleTo } from "../pictures/files";
import type { PictureEntry } from "../pictures/picture";
import { Pictures } from "../pictures/pictures";
import { type VisitorEntry, visitorEntry } from "./entries";
import { Log } from "./log";
import { blankState, type State } from "./state";

/** How long a message is on its way before the visitor is told its place, in milliseconds. */
const SOON = 2_000;

/** How the service says that another notice holds by now. */
const OUTDATED = "consent_outdated";

const DELETED = "您的全部内容已从系统里删除，找不回来。";
const DELETED_IN_ANOTHER_TAB = `您在另一个标签页里删除了这段对话。${DELETED}`;

/** Length as the service counts it, in code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/**
 * A visitor's conversation: what is shown, and what a visitor can do (open, say, press, resend,
 * tick, fetch, delete).
 */
export class Conversation {
  readonly state: State = reactive<State>(blankState());

  private readonly log: Log;
  private readonly pictures: Pictures;
  private readonly line: Line;
  private readonly ownTyping: OwnTyping;
  private readonly theirTyping: TheirTyping;
  /** A look that is under way, and whether something happened since it began. */
  private looking: Promise<void> | null = null;
  private mustLookAgain = false;
  /** What was heard while a message was on its way. */
  private readonly heardMeanwhile: LiveEvent[] = [];
  private placeTimer: ReturnType<typeof setTimeout> | undefined;
  /** Keys of what the visitor has said while something else was on its way. */
  private readonly queue: string[] = [];
  /** Another tab has changed the conversation while this one was busy. */
  private isBehind = false;
  private hasBegunHere = false;
  /** An opening that is under way. */
  private opening: Promise<void> | null = null;
  /** What stood behind `#go=` in the address, until it has led somewhere or nowhere. */
  private link: string | undefined;
  /** What has come from elsewhere, until the visitor has chosen. */
  private arrived: Moved | null = null;

  constructor(
    private readonly api: Pick<
      HelplineApi,
      | "banner"
      | "notice"
      | "open"
      | "resume"
      | "send"
      | "place"
      | "draft"
      | "calendar"
      | "progress"
      | "export"
      | "delete"
      | "addPicture"
      | "pictures"
      | "events"
      | "waitNoLonger"
      | "typing"
      | "rate"
      | "rateTicket"
      | "makeCode"
      | "useCode"
      | "followLink"
    >,
    private readonly memory: VisitMemory,
    private readonly tabs: Pick<Tabs, "tell" | "listen" | "leave">,
    lookAgainAfter?: number,
    private readonly placeAfter: number = SOON,
  ) {
    this.log = new Log(this.state, memory);
    this.line = new Line(
      api,
      {
        session: () => (this.state.phase === "ready" ? memory.recall().session : null),
        withPerson: () => isWithPerson(this.state.status),
        hear: (event) => this.hearEvent(event),
        look: () => this.look(),
        broken: (isBroken) => (this.state.lineIsDown = isBroken),
      },
      lookAgainAfter,
    );
    this.ownTyping = new OwnTyping((typing) => this.tellTyping(typing));
    this.theirTyping = new TheirTyping((typing) => (this.state.theyType = typing));
    this.pictures = new Pictures(api, {
      session: () => memory.recall().session,
      show: (entry) => void this.state.entries.push(entry),
      shown: () => this.state.entries.filter((entry) => entry.kind === "picture"),
      added: () => this.tell("changed"),
      lost: (error) => this.lose(error),
    });
    this.state.draft = memory.recall().draft;
    this.state.ticked = memory.recall().ticked;
    this.state.hasAside = memory.recall().aside !== null;
    tabs.listen((word) => void this.hear(word));
  }

  /**
   * Resumes this tab's conversation, or shows what to agree to before one is begun. One that comes
   * from elsewhere comes first.
   */
  async open(): Promise<void> {
    if (!["closed", "failed"].includes(this.state.phase)) return;
    await this.reach(async () => {
      const obstacle = this.link === undefined ? "" : await this.arriveBy(this.link);
      if (this.arrived && (await this.mustChoose(this.arrived))) return;
      await this.goOn();
      if (!obstacle) return;
      // What stands below a long answer is not seen; before there is a box it stands alone.
      if (this.state.phase === "ready") this.remark(obstacle);
      else this.log.notice(obstacle);
    });
  }

  private async goOn(): Promise<void> {
    const { session } = this.memory.recall();
    if (!session) return this.ask();
    if (!(await this.resume(session))) return;
    this.begin();
    if (this.hasBegunHere) this.tell("begun");
  }

  /**
   * Goes on with the conversation that a link leads to. Where it leads nowhere the visitor is told,
   * and finds what was open here before.
   */
  async follow(link: string): Promise<void> {
    this.link = link;
    await this.openAnew();
  }

  /** Goes on with the conversation of a code; rejects with an ApiError that can be shown. */
  async useCode(code: string): Promise<void> {
    this.arrived = await this.api.useCode(code);
    await this.openAnew();
  }

  /** A code to go on elsewhere with; rejects with an ApiError that can be shown. */
  makeCode(): Promise<MadeCode> {
    return this.ofOurs((session) => this.api.makeCode(session));
  }

  /** The visitor has chosen between what was open here and what came; the other is kept aside. */
  async choose(what: "ours" | "arrived"): Promise<void> {
    const { arrived } = this;
    if (!arrived) return;
    this.arrived = null;
    if (what === "ours") this.memory.putAside(arrived);
    else this.memory.begin(arrived);
    this.clear();
    this.hasBegunHere = what === "arrived";
    await this.openAnew();
  }

  /** Shows the conversation that was kept aside, and keeps this one in its place. */
  async swap(): Promise<void> {
    this.memory.swap();
    this.clear();
    await this.openAnew();
  }

  private async openAnew(): Promise<void> {
    await this.opening;
    this.state.phase = "closed";
    await this.open();
  }

  /**
   * Why a link leads nowhere, else empty; it is then forgotten. Behind a broken line it is tried
   * again.
   */
  private async arriveBy(link: string): Promise<string> {
    try {
      this.arrived = await this.api.followLink(link);
      this.link = undefined;
      return "";
    } catch (error) {
      if (!(error instanceof ApiError) || error.isPassing || error.elsewhere) throw error;
      this.link = undefined;
      return error.message;
    }
  }

  /** Takes in a conversation that comes from elsewhere, or lets the visitor choose. */
  private async mustChoose(arrived: Moved): Promise<boolean> {
    const { session, draft } = this.memory.recall();
    const isSame = session?.id === arrived.id;
    const ours = session && !isSame ? await this.gistOf(session) : "";
    if (ours) {
      this.state.choice = { ours, arrived: await this.gistOf(arrived) };
      this.state.phase = "choosing";
      return true;
    }
    this.arrived = null;
    // The token that a conversation was opened with lasts longer than any other.
    if (isSame && !session.expires_at) return false;
    if (isSame) this.memory.remember({ session: arrived });
    else {
      const words = [draft, ...this.unsentWords()].filter(Boolean).join("\n");
      this.memory.forget();
      this.memory.remember({ session: arrived, draft: words });
      this.clear();
      this.hasBegunHere = true;
    }
    return false;
  }

  /** What a visitor said first in a conversation; empty where he said nothing, or it is gone. */
  private async gistOf(session: Session): Promise<string> {
    try {
      const unsent = this.isShown(session) ? this.memory.recall().outbox[0]?.title : "";
      return gistOf(await this.api.resume(session)) || (unsent ?? "");
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isLostSession) throw error;
      return "";
    }
  }

  /** After a deletion: what to agree to before another conversation is begun. */
  async beginAnew(): Promise<void> {
    this.state.phase = "closed";
    await this.open();
  }

  /** The visitor agrees to the notice: only now is the service told of him. */
  async agree(): Promise<void> {
    const { phase, notice } = this.state;
    if (phase !== "asking" || !notice) return;
    await this.reach(async () => {
      try {
        await this.start(notice.version);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== OUTDATED) throw error;
        return this.ask(); // it was changed while the page lay open
      }
      this.begin();
      this.tell("begun");
    });
  }

  /** Where the service cannot be reached the visitor is told why. */
  private async reach(step: () => Promise<void>): Promise<void> {
    this.opening = this.attempt(step).finally(() => (this.opening = null));
    await this.opening;
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    this.state.phase = "opening";
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.state.failure = error.message;
      this.state.elsewhere = error.elsewhere;
      this.state.phase = "failed";
    }
  }

  private begin(): void {
    this.state.phase = "ready";
    this.line.attend();
  }

  private async ask(): Promise<void> {
    this.state.notice = await this.api.notice();
    this.state.phase = "asking";
  }

  /** Hangs up: nothing new is shown any more. */
  close(): void {
    this.line.close();
    this.tabs.leave();
  }

  /** The page comes into sight or goes out of it: what is out of sight needs no line. */
  seen(): void {
    this.line.attend();
  }

  keepDraft(text: string): void {
    if (this.state.status === "operator") this.ownTyping.touched(text !== "");
    this.state.draft = text;
    this.state.remark = "";
    this.memory.remember({ draft: text });
  }

  /** Tells the visitor something beside the box, until he writes on. */
  remark(words: string): void {
    this.state.remark = words;
  }

  get draftCanBeSent(): boolean {
    const { phase, draft } = this.state;
    return phase === "ready" && draft.trim() !== "" && lengthOf(draft.trim()) <= LONGEST_MESSAGE;
  }

  /** Sends the draft, as soon as the helpline is reached; whoever writes on meanwhile sends anew. */
  async sayDraft(): Promise<void> {
    if (this.opening) {
      const { draft } = this.state;
      this.remark("正在连接热线，连上就发出。");
      await this.opening;
      if (this.state.draft !== draft) return;
    }
    if (this.state.phase !== "ready")
      this.remark("还没有连上热线，这条还没发出。连上后请再按一次发送。");
    if (!this.draftCanBeSent) return;
    const text = this.state.draft.trim();
    this.keepDraft("");
    await this.say(text, text);
  }

  /**
   * Posts the button's payload and shows its title. A payload is written for the bot: a person is
   * sent the title.
   */
  async press({ payload, title }: Button): Promise<void> {
    if (this.state.phase !== "ready") return;
    await this.say(isWithPerson(this.state.status) ? title : payload, title);
  }

  /** Leaves the queue: the bot goes on. */
  async waitNoLonger(): Promise<void> {
    const { session } = this.memory.recall();
    if (!session || this.state.status !== "waiting") return;
    try {
      await this.api.waitNoLonger(session);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.remark(error.message);
    }
    await this.look();
    this.tell("changed");
  }

  /** How content the visitor was with the operator's help; said once. */
  async rate(satisfaction: Satisfaction): Promise<void> {
    const session = this.sessionOrLost();
    const isTaken = await rate(this.state.rating, () => this.api.rate(session, satisfaction));
    if (isTaken) this.noteRated(session.id);
  }

  /** The same of a ticket that was settled; rejects with an ApiError that can be shown. */
  async rateTicket(number: string, code: string, satisfaction: Satisfaction): Promise<void> {
    await this.api.rateTicket(number, code, satisfaction);
    this.noteRated(number);
  }

  /** Whether the visitor has said so of a conversation or a ticket, by id or number. */
  isRated(what: string): boolean {
    return this.memory.recall().rated.includes(what);
  }

  private noteRated(what: string): void {
    this.memory.remember({ rated: [...this.memory.recall().rated, what] });
  }

  /**
   * Sends an undelivered message once more, under the same `client_message_id`, as the newest in
   * the log.
   */
  async resend(entry: VisitorEntry): Promise<void> {
    await this.open();
    if (this.state.phase === "ready") await this.enqueue([entry]);
  }

  /** The line is back: what it broke off goes on by itself. */
  async takeUpAgain(): Promise<void> {
    if (this.state.phase === "failed") await this.open();
    else if (this.state.phase === "ready") {
      this.line.tryNow();
      await this.enqueue(this.visitorEntries().filter(({ again }) => again));
      await this.pictures.send(this.pictures.heldBack());
    }
  }

  /** Adds pictures to the ticket; of those that cannot be taken the visitor is told why. */
  async addPictures(files: File[]): Promise<void> {
    if (this.state.phase !== "ready") return;
    this.remark(files.map(obstacleTo).find((words) => words !== "") ?? "");
    await this.pictures.add(files.filter((file) => !obstacleTo(file)));
  }

  /** Sends a picture that was not delivered once more. */
  async resendPicture(entry: PictureEntry): Promise<void> {
    await this.open();
    if (this.state.phase === "ready") await this.pictures.send([entry]);
  }

  /** A draft as a Word file; rejects with an ApiError that can be shown. */
  async fetchDraft(key: string): Promise<Blob> {
    return this.ofOurs((session) => this.api.draft(session, key));
  }

  /** The matter's deadlines as a calendar file; rejects with an ApiError that can be shown. */
  async fetchCalendar(): Promise<Blob> {
    return this.ofOurs((session) => this.api.calendar(session));
  }

  /** How far a ticket has come; rejects with an ApiError that can be shown. */
  fetchProgress(number: string, code: string): Promise<Progress> {
    return this.api.progress(number, code);
  }

  /** Looks what everybody reads above the chat; without an answer it stays as it was. */
  async lookAtBanner(): Promise<void> {
    const told = await this.api.banner().catch(() => null);
    if (told) this.state.banner = told;
  }

  /** The privacy notice as it stands; rejects with an ApiError that can be shown. */
  fetchNotice(): Promise<PrivacyNotice> {
    return this.api.notice();
  }

  /**
   * Everything that is stored of the visitor, as a file that a person can read; rejects with an
   * ApiError that can be shown.
   */
  async fetchExport(): Promise<Blob> {
    const everything = await this.ofOurs((session) => this.api.export(session));
    return new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" });
  }

  /**
   * Deletes everything that is stored of the visitor, here and at the service, and tells the other
   * tabs; rejects with an ApiError that can be shown.
   */
  async deleteEverything(): Promise<void> {
    const session = this.sessionOrLost();
    const farewell = await this.deleted(session);
    this.tabs.tell({ news: "deleted", session: session.id });
    this.end(farewell);
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

  /** What the service gives of this conversation, unless it is gone. */
  private async ofOurs<T>(call: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await call(this.sessionOrLost());
    } catch (error) {
      if (error instanceof ApiError && error.isDeleted) this.endKeepingUnsent(error);
      throw error;
    }
  }

  /** Deletes at the service. What is not there any more, after a line that broke, is deleted. */
  private async deleted(session: Session): Promise<string> {
    try {
      const { kept } = await this.api.delete(session);
      return DELETED + (kept ?? "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isDeleted) return error.message;
      if (error.status === 404) return DELETED;
      throw error;
    }
  }

  /** Nothing is left of the conversation, on the page or in the tab's memory, but `draft`. */
  private end(farewell: string, draft = ""): void {
    this.memory.forget();
    if (draft) this.memory.remember({ draft });
    this.clear();
    Object.assign(this.state, { phase: "deleted", farewell });
    this.line.attend();
  }

  /** Nothing of the conversation stands on the page; of another one, what the memory keeps. */
  private clear(): void {
    this.queue.splice(0);
    this.isBehind = false;
    this.hasBegunHere = false;
    this.log.forget();
    this.stand("bot", null);
    this.state.rating.phase = "given";
    const { draft, ticked, aside } = this.memory.recall();
    Object.assign(this.state, { draft, ticked, hasAside: !!aside, remark: "" });
  }

  /** What the visitor has written since the deletion is no part of it: it goes back to the box. */
  private endKeepingUnsent(error: ApiError): void {
    this.end(error.message, this.unsentWords().join("\n"));
  }

  /** What he has written and no conversation has heard; buttons belong to the one that showed them. */
  private unsentWords(): string[] {
    const { outbox } = this.memory.recall();
    return outbox.filter(({ text, title }) => text === title).map(({ text }) => text);
  }

  /** Whether a conversation that was asked about is still the one that is shown. */
  private isShown(session: Session): boolean {
    return this.memory.recall().session?.id === session.id;
  }

  private async say(text: string, title: string): Promise<void> {
    const outgoing: Outgoing = { id: uuid(), text, title };
    this.memory.remember({ outbox: [...this.memory.recall().outbox, outgoing] });
    this.state.entries.push(visitorEntry(outgoing, "undelivered"));
    await this.enqueue(this.visitorEntries().slice(-1));
  }

  /** Sends one after another: the next goes out when the one before is answered. */
  private async enqueue(entries: VisitorEntry[]): Promise<void> {
    for (const entry of entries.filter(({ delivery }) => delivery === "undelivered")) {
      entry.delivery = "queued";
      entry.again = false;
      this.queue.push(entry.key);
    }
    if (!this.state.busy && this.queue.length) await this.sendQueue();
  }

  private async sendQueue(): Promise<void> {
    this.state.busy = true;
    try {
      for (let key = this.queue.shift(); key; key = this.queue.shift()) await this.deliver(key);
    } finally {
      this.state.busy = false;
    }
    if (this.isBehind) await this.catchUp();
    this.heardMeanwhile.splice(0).forEach((event) => this.hearEvent(event));
    if (this.mustLookAgain) await this.look();
  }

  /** Sends an entry as the newest in the log. */
  private async deliver(key: string): Promise<void> {
    const { session } = this.memory.recall();
    const entry = this.visitorEntries().find((other) => other.key === key);
    if (!session || !entry) return;
    this.state.entries = [...this.state.entries.filter((other) => other !== entry), entry];
    entry.delivery = "sending";
    this.state.turn++;
    this.lookForPlaceLater(session);
    try {
      const { id, text } = entry.outgoing;
      const turn = await this.api.send(session, text, id, () => (entry.delivery = "retrying"));
      if (!this.isShown(session)) return; // deleted meanwhile
      entry.delivery = "delivered";
      this.forget(entry.outgoing);
      this.showTurn(turn);
      this.tell("changed");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!this.isShown(session)) return;
      entry.delivery = "undelivered";
      entry.reason = error.message;
      entry.again = error.isPassing;
      if (error.isLostSession) await this.lose(error);
      else if (error.isPassing) this.holdQueue();
    } finally {
      clearTimeout(this.placeTimer);
      this.placeTimer = undefined;
      this.state.place = null;
    }
  }

  private showTurn(turn: Turn): void {
    const { handoff } = turn;
    this.stand(handoff && handoff.state !== "offline" ? handoff.state : "bot", handoff);
    this.log.show(turn);
    this.line.attend();
  }

  /** Who answers. */
  private stand(status: State["status"], handoff: Handoff | null): void {
    Object.assign(this.state, { status, handoff });
    if (status !== "operator") this.theirTyping.heard(false);
  }

  private tellTyping(typing: boolean): void {
    const { session } = this.memory.recall();
    if (session) void this.api.typing(session, typing).catch(() => {}); // of passing use
  }

  /** Whoever waits is told how many are before him, again and again until it is his turn. */
  private lookForPlaceLater(session: Session): void {
    const timer = setTimeout(() => {
      void this.api
        .place(session)
        .catch(() => null) // nothing is lost by not knowing it
        .then((place) => {
          if (this.placeTimer !== timer) return; // answered meanwhile
          this.state.place = place;
          this.lookForPlaceLater(session);
        });
    }, this.placeAfter);
    this.placeTimer = timer;
  }

  /** What waited for an undelivered message waits with it for the line. */
  private holdQueue(): void {
    const held = new Set(this.queue.splice(0));
    for (const entry of this.visitorEntries().filter(({ key }) => held.has(key))) {
      entry.delivery = "undelivered";
      entry.again = true;
    }
  }

  private visitorEntries(): VisitorEntry[] {
    return this.state.entries.filter((entry) => entry.kind === "visitor");
  }

  /** What was not delivered stands below the greeting, ready to be sent there. */
  private async start(agreedTo: string): Promise<void> {
    const { id, token, messages } = await this.api.open(agreedTo);
    const unsent = this.visitorEntries().filter(({ delivery }) => delivery === "undelivered");
    this.state.entries = this.state.entries.filter(
      (entry) => entry.kind !== "visitor" || !unsent.includes(entry),
    );
    this.memory.remember({ session: { id, token } });
    this.hasBegunHere = true;
    if (!this.memory.survivesReload)
      this.log.notice("浏览器不让保存对话，刷新或关掉页面后就看不到历史了。要紧的请先抄下或截图。");
    this.log.show({ messages, referral: null, ticket: null });
    this.state.entries.push(...unsent);
  }

  /** Whether the conversation was still there; if not, a new one is asked for. */
  private async resume(session: Session): Promise<boolean> {
    let isThere = true;
    try {
      await this.settleOutbox(session);
      const snapshot = await this.api.resume(session, true);
      const pictures = await this.picturesOf(snapshot, session);
      if (!this.isShown(session)) return false; // deleted meanwhile, in another tab
      this.showAll(snapshot, pictures);
    } catch (error) {
      if (!this.isShown(session)) return false;
      if (!(error instanceof ApiError) || !error.isLostSession) throw error;
      if (error.isDeleted) {
        this.endKeepingUnsent(error);
        return false;
      }
      this.loseSession();
      await this.ask();
      isThere = false;
    }
    this.showOutbox();
    return isThere;
  }

  private showOutbox(): void {
    const { outbox } = this.memory.recall();
    this.state.entries.push(...outbox.map((outgoing) => visitorEntry(outgoing, "undelivered")));
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
        if (turn.ticket) this.log.withCode(turn.ticket);
      } catch (error) {
        // Refused for itself (too many, too long): it stays undelivered, and the rest goes on.
        if (!(error instanceof ApiError) || error.isPassing || error.isLostSession) throw error;
      }
    }
  }

  private loseSession(): void {
    this.memory.remember({ session: null, ticked: [] });
    this.state.ticked = [];
    this.stand("bot", null);
    this.line.attend();
    this.log.forgetCards();
    this.log.notice(
      "上次的对话已结束或已过期。要接着问，看过说明、点“同意并开始”，之前说过的情况请再说一遍。",
    );
  }

  /** The service has this conversation no more. */
  private async lose(error: ApiError): Promise<void> {
    if (error.isDeleted) this.endKeepingUnsent(error);
    else await this.startAfresh();
  }

  /** A new conversation in the same log, once the visitor agrees to one. */
  private async startAfresh(): Promise<void> {
    this.holdQueue();
    const unsent = this.visitorEntries().filter(({ delivery }) => delivery === "undelivered");
    // The visitor decides what of it the new conversation shall hear.
    unsent.forEach((entry) => (entry.again = false));
    this.loseSession();
    this.state.phase = "closed";
    await this.open();
  }

  private tell(news: News): void {
    const { session } = this.memory.recall();
    if (session) this.tabs.tell({ news, session: session.id });
  }

  /**
   * Another tab speaks. A copy of this tab has the same conversation, so both show the same, or that
   * it is deleted; a tab with one of its own is told that there are two.
   */
  private async hear({ news, session: theirs }: Word): Promise<void> {
    const ours = this.memory.recall().session?.id;
    if (news === "deleted") {
      if (theirs === ours) this.end(DELETED_IN_ANOTHER_TAB);
      return;
    }
    if (!ours || this.state.phase !== "ready") return;
    if (theirs === ours) {
      if (news === "changed") await this.catchUp();
    } else if (news === "begun") {
      if (this.visitorEntries().length) this.tell("talking");
    } else if (news === "talking" && this.hasBegunHere) {
      this.hasBegunHere = false; // said once
      this.log.notice(
        "您在另一个标签页里还有一段对话，两边互不相通。要接着原来的说，请回到那个标签页。",
      );
    }
  }

  /** Shows what another tab has said and heard in this conversation. */
  private async catchUp(): Promise<void> {
    const { busy, turn } = this.state;
    this.isBehind = busy;
    const { session } = this.memory.recall();
    if (busy || !session) return;
    try {
      const snapshot = await this.api.resume(session, true);
      const pictures = await this.picturesOf(snapshot, session);
      if (!this.isShown(session)) return; // deleted meanwhile
      if (this.state.turn !== turn) return await this.catchUp(); // what was said meanwhile misses
      const unsent = this.visitorEntries().filter(({ delivery }) => delivery === "undelivered");
      const unsentPictures = this.pictures.unsent();
      this.showAll(snapshot, pictures);
      this.state.entries.push(...unsent, ...unsentPictures);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isLostSession && this.isShown(session)) await this.lose(error);
    }
  }

  private forget(outgoing: Outgoing): void {
    this.memory.remember({
      outbox: this.memory.recall().outbox.filter((other) => other.id !== outgoing.id),
    });
  }

  /**
   * Something happened: what it was is looked up. The bot's own answers and what the visitor said
   * are in the log already, and how the queue moves matters only to who stands in it.
   */
  private hearEvent(event: LiveEvent): void {
    const { kind, data } = event;
    if (kind === "conversation.typing") {
      this.theirTyping.heard(data.typing === true);
      return;
    }
    // The bot's answer is told on the line before it comes as an answer.
    if (this.state.busy) return void this.heardMeanwhile.push(event);
    const isOwn = data.role === "visitor";
    const isOthers = kind === "conversation.queue" && this.state.status !== "waiting";
    const isShown = typeof data.message_id === "string" && this.log.hasShown(data.message_id);
    if (!isOwn && !isOthers && !isShown) void this.look();
  }

  /** Shows what is new; what happens during a look is looked up after it. */
  private async look(): Promise<void> {
    this.mustLookAgain = true;
    this.looking ??= this.lookWhileThereIsNews().finally(() => (this.looking = null));
    await this.looking;
  }

  private async lookWhileThereIsNews(): Promise<void> {
    while (this.mustLookAgain && !this.state.busy && this.state.phase === "ready") {
      this.mustLookAgain = false;
      await this.lookOnce();
    }
  }

  private async lookOnce(): Promise<void> {
    const { session } = this.memory.recall();
    const { turn } = this.state;
    if (!session) return;
    try {
      const snapshot = await this.api.resume(session);
      this.state.lineIsDown = false;
      // An answer that came meanwhile is newer than this look.
      if (this.state.turn !== turn || this.state.busy) this.mustLookAgain = true;
      else if (this.isShown(session)) this.showNew(snapshot);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.state.lineIsDown = error.status === 0;
      if (error.isLostSession && this.isShown(session)) await this.lose(error);
    }
  }

  private showNew(snapshot: Snapshot): void {
    this.stand(snapshot.status, snapshot.handoff);
    this.log.showNew(snapshot);
    this.askForRating(snapshot);
    this.line.attend();
  }

  private showAll(snapshot: Snapshot, pictures: AddedPicture[]): void {
    this.stand(snapshot.status, snapshot.handoff);
    this.log.showAll(snapshot, pictures);
    this.askForRating(snapshot);
    this.line.attend();
  }

  /** Once an operator has ended the talk, the visitor is asked how it was; once a conversation. */
  private askForRating({ id, status }: Snapshot): void {
    const isAsked = this.state.entries.some(({ kind }) => kind === "rating");
    if (status !== "closed" || isAsked || this.isRated(id)) return;
    Object.assign(this.state.rating, { phase: "asked", failure: "" });
    this.log.askForRating();
  }

  private async picturesOf({ ticket }: Snapshot, session: Session): Promise<AddedPicture[]> {
    return ticket ? this.pictures.kept(session) : [];
  }
}

/** Whether a person is awaited or answers. */
export function isWithPerson(status: State["status"]): boolean {
  return status === "waiting" || status === "operator";
}
