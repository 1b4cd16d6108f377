import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type HelplineApi } from "../../widget/api/api";
import type { AddedPicture, Handoff, NewPicture, Turn } from "../../widget/api/contract";
import { Conversation } from "../../widget/chat/conversation";
import type { Entry, VisitorEntry } from "../../widget/chat/entries";
import type { PictureEntry } from "../../widget/pictures/picture";
import type { Word } from "../../widget/api/tabs";
import { VisitMemory } from "../../widget/api/visit";
import {
  aCitation,
  aMessage,
  aPicture,
  aProgress,
  aReferral,
  aRemedy,
  aSnapshot,
  aTicket,
  aTurn,
  NOTICE,
  QUIET,
} from "../samples";

/** A service whose answers the test lays out beforehand; anything not laid out is an empty turn. */
function aService() {
  const sent: { session: string; text: string; id: string }[] = [];
  const answers: (Turn | ApiError)[] = [];
  const snapshots: (ReturnType<typeof aSnapshot> | ApiError)[] = [];
  const agreedTo: string[] = [];
  const received: { session: string; name: string; data: string }[] = [];
  const added: (AddedPicture | ApiError)[] = [];
  const kept: AddedPicture[] = [];
  let opened = 0;
  return {
    ...QUIET,
    /** The line is down: what is new has to be looked up. */
    async *events(): ReturnType<HelplineApi["events"]> {
      throw UNREACHABLE;
    },
    agreedTo,
    async notice() {
      return NOTICE;
    },
    sent,
    answers,
    snapshots,
    get opened() {
      return opened;
    },
    async open(version: string) {
      agreedTo.push(version);
      opened++;
      return { id: `c${opened}`, token: "t", messages: [aMessage("您好", { buttons: [BUTTON] })] };
    },
    async send(session: { id: string }, text: string, id: string) {
      sent.push({ session: session.id, text, id });
      return orThrow(answers.shift() ?? aTurn());
    },
    places: [] as ({ ahead: number; seconds: number } | null)[],
    async place(this: { places: ({ ahead: number; seconds: number } | null)[] }) {
      return this.places.shift() ?? null;
    },
    async draft(session: { id: string }, key: string) {
      return new Blob([`${session.id} ${key}`]);
    },
    async calendar(session: { id: string }) {
      return new Blob([`${session.id} calendar`]);
    },
    async export(session: { id: string }) {
      return { 说过的话: [session.id] };
    },
    deletions: [] as (string | null | ApiError)[],
    async delete(this: { deletions: (string | null | ApiError)[] }, session: { id: string }) {
      const kept = orThrow(this.deletions.shift() ?? null);
      return { subject: session.id, at: "2026-11-29T10:00:00+08:00", counts: {}, kept };
    },
    async progress(number: string) {
      return aProgress({ number });
    },
    received,
    added,
    kept,
    async addPicture(session: { id: string }, { name, data }: NewPicture) {
      received.push({ session: session.id, name, data });
      return orThrow(added.shift() ?? aPicture({ name }));
    },
    async pictures() {
      return kept;
    },
    async resume() {
      return orThrow(snapshots.shift() ?? aSnapshot([]));
    },
  };
}

function orThrow<T>(result: T | ApiError): T {
  if (result instanceof ApiError) throw result;
  return result;
}

/** Tabs of one browser: what one tells, all others hear. */
function aBrowser() {
  const tabs: ((word: Word) => void)[] = [];
  return function aTab() {
    let own: (word: Word) => void;
    return {
      tell: (word: Word) => tabs.filter((hear) => hear !== own).forEach((hear) => hear(word)),
      listen: (hear: (word: Word) => void) => void tabs.push((own = hear)),
      leave: () => void tabs.splice(tabs.indexOf(own), 1),
    };
  };
}

const BUTTON = { title: "牌子被人冒用", payload: '/inform{"situation":"infringed"}' };
const UNREACHABLE = new ApiError("网络不通，请检查网络后重试。");
const DELETED = new ApiError("这段对话里的信息已删除。", {
  status: 410,
  code: "conversation_deleted",
});
const LOST = new ApiError("没有找到这段对话。", { status: 404 });

describe("a conversation", () => {
  let service: ReturnType<typeof aService>;
  let conversation: Conversation;

  let aTab: ReturnType<typeof aBrowser>;

  const inATab = (name = "test") => new Conversation(service, new VisitMemory(name), aTab(), 1, 1);
  const reloaded = () => inATab();
  const kinds = () => conversation.state.entries.map((entry) => entry.kind);
  const visitorEntries = () =>
    conversation.state.entries.filter(
      (entry: Entry): entry is VisitorEntry => entry.kind === "visitor",
    );

  const begin = async () => {
    await conversation.open();
    await conversation.agree();
  };

  beforeEach(async () => {
    sessionStorage.clear();
    service = aService();
    aTab = aBrowser();
    conversation = reloaded();
    await begin();
  });

  it("shows the privacy notice first and tells the service nothing before it is agreed to", async () => {
    sessionStorage.clear();
    service = aService();
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state).toMatchObject({ phase: "asking", notice: NOTICE, entries: [] });
    await say("商标被仿冒");
    await conversation.press(BUTTON);
    await conversation.takeUpAgain();
    expect([service.opened, service.sent]).toEqual([0, []]);
    await conversation.agree();
    expect(conversation.state.phase).toBe("ready");
    expect(service.agreedTo).toEqual([NOTICE.version]);
  });

  it("tells the place of a message that waits, until it is answered", async () => {
    const patient = new Conversation(service, new VisitMemory("patient"), aTab(), 1, 60);
    await patient.open();
    await patient.agree();
    let answer: (turn: ReturnType<typeof aTurn>) => void = () => undefined;
    service.send = () => new Promise((resolve) => (answer = resolve));
    service.places.push({ ahead: 3, seconds: 5 }, { ahead: 0, seconds: 1 });
    patient.keepDraft("商标被仿冒");
    const said = patient.sayDraft();
    const told = (place: unknown) =>
      vi.waitFor(() => expect(patient.state.place).toEqual(place), { interval: 5 });
    await told({ ahead: 3, seconds: 5 });
    await told({ ahead: 0, seconds: 1 });
    await told(null);
    answer(aTurn());
    await said;
    expect(patient.state).toMatchObject({ busy: false, place: null });
  });

  it("shows the notice anew when it was changed while the page lay open", async () => {
    sessionStorage.clear();
    conversation = reloaded();
    await conversation.open();
    const open = service.open;
    const newer = { ...NOTICE, version: "2027-01-01.0a1b2c3d" };
    service.open = () => Promise.reject(new ApiError("有更新", { code: "consent_outdated" }));
    service.notice = async () => newer;
    await conversation.agree();
    expect(conversation.state).toMatchObject({ phase: "asking", notice: newer });
    service.open = open;
    await conversation.agree();
    expect(service.agreedTo.at(-1)).toBe(newer.version);
  });

  it("asks nobody who comes back to his conversation", async () => {
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state.phase).toBe("ready");
    expect(service.opened).toBe(1);
  });

  it("posts a button's payload and shows its title", async () => {
    await conversation.press(BUTTON);
    expect(service.sent[0]?.text).toBe(BUTTON.payload);
    expect(visitorEntries()[0]?.outgoing.title).toBe("牌子被人冒用");
  });

  const texts = () =>
    conversation.state.entries.flatMap((entry) => {
      if (entry.kind === "said") return entry.message.text;
      if (entry.kind === "visitor") return entry.outgoing.title;
      return entry.kind === "notice" ? entry.text : [];
    });
  const say = (text: string) => {
    conversation.keepDraft(text);
    return conversation.sayDraft();
  };

  it("sends what is said meanwhile when the message before is answered, below its answer", async () => {
    service.answers.push(
      aTurn({ messages: [aMessage("答一")] }),
      aTurn({ messages: [aMessage("答二")] }),
    );
    const first = say("问一");
    void say("问二");
    expect(conversation.state.draft).toBe("");
    expect(visitorEntries().map(({ delivery }) => delivery)).toEqual(["sending", "queued"]);
    expect(service.sent).toHaveLength(1);
    await first;
    expect(texts()).toEqual(["您好", "问一", "答一", "问二", "答二"]);
    expect(conversation.state.busy).toBe(false);
  });

  it("lets what is queued wait for the line together with what it waits for", async () => {
    service.answers.push(UNREACHABLE);
    const first = say("问一");
    await say("问二");
    await first;
    expect(visitorEntries()).toMatchObject([
      { delivery: "undelivered", again: true },
      { delivery: "undelivered", again: true },
    ]);
    await conversation.takeUpAgain();
    expect(service.sent.map(({ text }) => text)).toEqual(["问一", "问一", "问二"]);
    expect(visitorEntries().map(({ delivery }) => delivery)).toEqual(["delivered", "delivered"]);
  });

  it("goes on with the queue when a message is refused for itself, and leaves that one alone", async () => {
    service.answers.push(new ApiError("请换个说法再试。", { status: 422 }));
    const first = say("问一");
    await say("问二");
    await first;
    await conversation.takeUpAgain();
    expect(service.sent.map(({ text }) => text)).toEqual(["问一", "问二"]);
  });

  it("opens by itself when the line is back", async () => {
    const resume = service.resume;
    service.resume = () => Promise.reject(UNREACHABLE);
    conversation = reloaded();
    await conversation.open();
    service.resume = resume;
    await conversation.takeUpAgain();
    expect(conversation.state.phase).toBe("ready");
  });

  it("sends what was said while it opened, once it is open", async () => {
    conversation = reloaded();
    const opens = conversation.open();
    const says = say("商标被仿冒");
    expect(conversation.state.remark).toContain("连上就发出");
    await Promise.all([opens, says]);
    expect(service.sent.map(({ text }) => text)).toEqual(["商标被仿冒"]);
    expect(conversation.state.draft).toBe("");
  });

  it("sends nothing that is still being written when it opens", async () => {
    conversation = reloaded();
    const opens = conversation.open();
    const says = say("商标被");
    conversation.keepDraft("商标被仿");
    await Promise.all([opens, says]);
    expect(service.sent).toEqual([]);
    expect(conversation.state.draft).toBe("商标被仿");
  });

  it("says why nothing is sent before it is open, and keeps the words", async () => {
    conversation = reloaded();
    await say("商标被仿冒");
    expect(conversation.state.remark).toContain("还没有连上热线");
    expect(conversation.state.draft).toBe("商标被仿冒");
    conversation.keepDraft("商标被仿冒了");
    expect(conversation.state.remark).toBe("");
  });

  describe("where the browser keeps nothing", () => {
    afterEach(() => vi.restoreAllMocks());

    it("says that the history will be lost", async () => {
      const refuse = () => {
        throw new DOMException("blocked", "SecurityError");
      };
      vi.stubGlobal("sessionStorage", { getItem: refuse, setItem: refuse });
      conversation = reloaded();
      await begin();
      vi.unstubAllGlobals();
      expect(texts()[0]).toContain("刷新或关掉页面后就看不到历史了");
      await say("商标被仿冒");
      expect(visitorEntries()[0]?.delivery).toBe("delivered");
    });
  });

  it("says in a second tab that there is a conversation in the first", async () => {
    await say("商标被仿冒");
    conversation = inATab("second");
    await begin();
    expect(texts().at(-1)).toContain("另一个标签页里还有一段对话");
  });

  it("says nothing of another tab in which nothing was said", async () => {
    conversation = inATab("second");
    await begin();
    expect(kinds()).toEqual(["said", "replies"]);
  });

  it("shows in the copy of a tab what is said in the other", async () => {
    const copy = inATab(); // the same storage, as window.open copies it
    await copy.open();
    const said = [aMessage("商标被仿冒", { role: "visitor" }), aMessage("先取证。")];
    service.snapshots.push(aSnapshot(said));
    await say("商标被仿冒");
    await vi.waitFor(() =>
      expect(copy.state.entries.map(({ kind }) => kind)).toEqual(["visitor", "said"]),
    );
  });

  it("catches up with the other tab when its own message is answered", async () => {
    const copy = inATab();
    await copy.open();
    let answer: (turn: Turn) => void = () => {};
    const send = service.send;
    service.send = () => new Promise((resolve) => (answer = resolve));
    const own = copy.press(BUTTON);
    service.send = send;
    await say("商标被仿冒");
    expect(copy.state.entries.some(({ kind }) => kind === "visitor")).toBe(true);
    const both = aSnapshot([aMessage("两边的话")]);
    service.snapshots.push(both, both);
    answer(aTurn());
    await own;
    expect(copy.state.entries).toMatchObject([{ message: { text: "两边的话" } }]);
  });

  it("does not lose to the other tab's news what is said while they are fetched", async () => {
    let arrive: (snapshot: ReturnType<typeof aSnapshot>) => void = () => {};
    const resume = service.resume;
    service.resume = () => new Promise((resolve) => (arrive = resolve));
    const other = aTab();
    other.listen(() => {});
    other.tell({ news: "changed", session: "c1" });
    service.resume = resume;
    await say("问一");
    const said = [aMessage("问一", { role: "visitor" }), aMessage("答一")];
    service.snapshots.push(aSnapshot(said));
    arrive(aSnapshot([]));
    await vi.waitFor(() => expect(texts()).toEqual(["问一", "答一"]));
  });

  it("rebuilds after a reload the cards of every turn, where they stood", async () => {
    const [first, second] = ["有人冒用", "他来告我"].map((text) =>
      aMessage(text, { role: "visitor" }),
    );
    const [early, late] = [aReferral({ scope: "clarify" }), aReferral()];
    service.snapshots.push(
      aSnapshot([first!, aMessage("先投诉。"), second!, aMessage("先应诉。")], {
        referral: late,
        referrals: [
          { message_id: first!.id, referral: early },
          { message_id: second!.id, referral: late },
        ],
      }),
    );
    conversation = reloaded();
    await conversation.open();
    expect(kinds()).toEqual(["visitor", "said", "referral", "visitor", "said", "referral"]);
    expect(conversation.state.newestReferral).toBe(conversation.state.entries.at(-1)?.key);
  });

  it.each(["legal_info", "compliance_clearance"])(
    "leaves of %s only the articles that the answer does not name",
    async (key) => {
      const other = aCitation({ article: "第五十九条" });
      const remedies = [aRemedy({ key, basis: [aCitation(), other] })];
      const messages = [aMessage("可以正当使用。", { citations: [aCitation()] })];
      service.answers.push(aTurn({ messages, referral: aReferral({ remedies }) }));
      await conversation.press(BUTTON);
      expect(conversation.state.entries.at(-1)).toMatchObject({
        kind: "explained",
        citations: [other],
        referral: null,
      });
    },
  );

  it("keeps folded what an explanation's card says beyond the answer", async () => {
    const remedies = [aRemedy({ key: "legal_info" }), aRemedy({ name: "商标注册" })];
    const messages = [aMessage("可以正当使用。", { citations: [aCitation()] })];
    service.answers.push(aTurn({ messages, referral: aReferral({ remedies }) }));
    await conversation.press(BUTTON);
    expect(conversation.state.entries.at(-1)).toMatchObject({
      kind: "explained",
      citations: [],
      referral: { remedies: [{ key: "legal_info" }, { name: "商标注册" }] },
    });
  });

  it("shows the card of an explanation that no message gives", async () => {
    const referral = aReferral({ remedies: [aRemedy({ key: "legal_info" })] });
    service.answers.push(aTurn({ messages: [aMessage("先把规则讲清楚。")], referral }));
    await conversation.press(BUTTON);
    expect(kinds().at(-1)).toBe("referral");
  });

  it("offers the buttons of the newest answer only", async () => {
    await conversation.press(BUTTON);
    const [replies] = conversation.state.entries.filter((entry) => entry.kind === "replies");
    expect(replies?.turn).not.toBe(conversation.state.turn);
  });

  it("resends an undelivered message under the same client_message_id, once in the log", async () => {
    service.answers.push(UNREACHABLE);
    conversation.keepDraft("商标被仿冒");
    await conversation.sayDraft();
    expect(visitorEntries()[0]).toMatchObject({
      delivery: "undelivered",
      reason: UNREACHABLE.message,
    });

    await conversation.resend(visitorEntries()[0]!);
    expect(visitorEntries()).toHaveLength(1);
    expect(visitorEntries()[0]?.delivery).toBe("delivered");
    expect(service.sent[0]?.id).toBe(service.sent[1]?.id);
  });

  it("puts the ticket and the referral between what is said and what is asked", async () => {
    const ticket = aTicket();
    const messages = [aMessage("先说方向。"), aMessage("在哪个城市？", { buttons: [BUTTON] })];
    service.answers.push(aTurn({ messages, referral: aReferral(), ticket }));
    await conversation.press(BUTTON);
    expect(kinds().slice(-6)).toEqual(["visitor", "said", "ticket", "referral", "said", "replies"]);
  });

  it("puts the referral right under the words that name its way, before terms and reminders", async () => {
    const notices = ["新法2027年1月1日起施行。"];
    const messages = [
      "先走「商标行政投诉（市场监管）」。",
      "「投诉」：请机关来查。",
      `提醒：${notices[0]}`,
    ].map((text) => aMessage(text));
    service.answers.push(aTurn({ messages, referral: aReferral({ notices }) }));
    await conversation.press(BUTTON);
    expect(kinds().slice(-5)).toEqual(["visitor", "said", "referral", "said", "said"]);
  });

  it("leaves words about another matter below the cards, next to the button that leads to it", async () => {
    const others = [aReferral({ remedies: [aRemedy({ name: "商标异议" })] })];
    const beside = aMessage("您还说到另一件事：建议走「商标异议」。", { buttons: [BUTTON] });
    const messages = [aMessage("先走「商标行政投诉（市场监管）」。"), beside, aMessage("提醒。")];
    service.answers.push(aTurn({ messages, referral: aReferral({ others }) }));
    await conversation.press(BUTTON);
    expect(kinds().slice(-5)).toEqual(["said", "referral", "said", "said", "replies"]);
  });

  it("shows an unchanged referral once", async () => {
    service.answers.push(aTurn({ referral: aReferral() }), aTurn({ referral: aReferral() }));
    await conversation.press(BUTTON);
    await conversation.press(BUTTON);
    expect(kinds().filter((kind) => kind === "referral")).toHaveLength(1);
  });

  it("does not ask again what the bot's own words ask", async () => {
    const asks = [
      { slot: "city", question: "在哪个城市？", options: ["南昌市"] },
      { slot: "goal", question: "最想要什么？", options: ["马上停"] },
    ];
    service.answers.push(
      aTurn({ messages: [aMessage("请问在哪个城市？")], referral: aReferral({ asks }) }),
    );
    await conversation.press(BUTTON);
    const referral = conversation.state.entries.find((entry) => entry.kind === "referral");
    expect(referral?.asks.map((ask) => ask.slot)).toEqual(["goal"]);
  });

  it("does not repeat on the card a reminder that was just said", async () => {
    const notices = ["新法2027年1月1日起施行。", "请保存好证据。"];
    service.answers.push(
      aTurn({ messages: [aMessage(`提醒：${notices[0]}`)], referral: aReferral({ notices }) }),
    );
    await conversation.press(BUTTON);
    const referral = conversation.state.entries.find((entry) => entry.kind === "referral");
    expect(referral?.referral.notices).toEqual(["请保存好证据。"]);
  });

  it("keeps a text that is too long and does not send it", async () => {
    conversation.keepDraft("字".repeat(2001));
    await conversation.sayDraft();
    expect(service.sent).toHaveLength(0);
    expect(reloaded().state.draft).toHaveLength(2001);
  });

  it("counts as the service does, in code points", () => {
    conversation.keepDraft("𠀀".repeat(2000));
    expect(conversation.draftCanBeSent).toBe(true);
  });

  it("resumes after a reload and shows titles in place of payloads", async () => {
    const pressed = aMessage(BUTTON.payload, { role: "visitor" });
    service.snapshots.push(
      aSnapshot([aMessage("您好", { buttons: [BUTTON] }), pressed, aMessage("好的")]),
    );
    conversation = reloaded();
    await conversation.open();
    expect(service.opened).toBe(1);
    expect(kinds()).toEqual(["said", "visitor", "said"]);
    expect(visitorEntries()[0]?.outgoing.title).toBe("牌子被人冒用");
  });

  it("settles after a reload what was on its way, under the same client_message_id", async () => {
    service.answers.push(UNREACHABLE);
    conversation.keepDraft("商标被仿冒");
    await conversation.sayDraft();
    conversation = reloaded();
    await conversation.open();
    expect(service.sent.map(({ id }) => id)).toEqual([service.sent[0]?.id, service.sent[0]?.id]);
    expect(new VisitMemory("test").recall().outbox).toEqual([]);
  });

  it("still knows after a reload the ticket's code, which the service tells once", async () => {
    const ticket = aTicket();
    service.answers.push(aTurn({ ticket }));
    await conversation.press(BUTTON);
    service.snapshots.push(aSnapshot([], { ticket: { ...ticket, code: null } }));
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state.entries).toMatchObject([
      { kind: "ticket", ticket: { code: "abcd" } },
    ]);
  });

  it("asks again and says why when the remembered conversation is gone", async () => {
    service.snapshots.push(LOST);
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state.phase).toBe("asking");
    expect(service.opened).toBe(1);
    await conversation.agree();
    expect(service.opened).toBe(2);
    expect(kinds()).toEqual(["notice", "said", "replies"]);
  });

  it("keeps the words when the conversation is lost under way, ready for the new one", async () => {
    service.answers.push(LOST);
    conversation.keepDraft("商标被仿冒");
    await conversation.sayDraft();
    expect(kinds().slice(-2)).toEqual(["visitor", "notice"]);
    await conversation.agree();
    expect(kinds().slice(-4)).toEqual(["notice", "said", "replies", "visitor"]);
    await conversation.resend(visitorEntries()[0]!);
    expect(service.sent[1]).toMatchObject({ session: "c2", text: "商标被仿冒" });
  });

  it("brings what a person writes later, once, until the person has left", async () => {
    const handoff: Handoff = { state: "operator", position: null };
    const operator = aMessage("我来看看", { role: "operator" });
    service.answers.push(aTurn({ handoff }));
    service.snapshots.push(
      aSnapshot([operator], { status: "operator", handoff }),
      UNREACHABLE,
      aSnapshot([operator], { status: "closed" }),
    );
    await conversation.press(BUTTON);
    await vi.waitFor(() => expect(conversation.state.status).toBe("closed"));
    const texts = conversation.state.entries.flatMap((entry) =>
      entry.kind === "said" ? entry.message.text : [],
    );
    expect(texts).toEqual(["您好", "我来看看"]);
  });

  it("fetches a draft of its own", async () => {
    const draft = await conversation.fetchDraft("trademark_complaint");
    expect(await draft.text()).toBe("c1 trademark_complaint");
  });

  it("has no draft before it is opened, and says so", async () => {
    sessionStorage.clear();
    await expect(reloaded().fetchDraft("trademark_complaint")).rejects.toBeInstanceOf(ApiError);
  });

  it("fetches a calendar of its own", async () => {
    const calendar = await conversation.fetchCalendar();
    expect(await calendar.text()).toBe("c1 calendar");
  });

  it("still knows after a reload what the visitor has ticked off, and forgets it with the conversation", async () => {
    conversation.tick("商标注册证", true);
    conversation.tick("购买凭证", true);
    conversation.tick("购买凭证", false);
    expect(reloaded().state.ticked).toEqual(["商标注册证"]);
    service.snapshots.push(LOST);
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state.ticked).toEqual([]);
    expect(reloaded().state.ticked).toEqual([]);
  });

  describe("with a ticket", () => {
    const PNG = () => new File(["shop"], "门头.png", { type: "image/png" });
    const pictures = () =>
      conversation.state.entries.filter(
        (entry: Entry): entry is PictureEntry => entry.kind === "picture",
      );

    beforeEach(async () => {
      service.answers.push(aTurn({ ticket: aTicket() }));
      await say("登记工单");
    });

    it("sends a picture and names the ticket that it was added to", async () => {
      expect(conversation.state.ticket).toBe(aTicket().number);
      await conversation.addPictures([PNG()]);
      expect(service.received).toEqual([{ session: "c1", name: "门头.png", data: btoa("shop") }]);
      expect(pictures()).toMatchObject([{ delivery: "delivered", ticket: aTicket().number }]);
    });

    it("says why a file cannot be added, and sends the others", async () => {
      const pdf = new File(["x"], "a.pdf", { type: "application/pdf" });
      await conversation.addPictures([pdf, PNG()]);
      expect(conversation.state.remark).toContain("只收图片");
      expect(service.received.map(({ name }) => name)).toEqual(["门头.png"]);
    });

    it("keeps a picture that was not delivered, with the reason, to be sent once more", async () => {
      service.added.push(new ApiError("先登记工单，再把图片发来。", { status: 409 }));
      await conversation.addPictures([PNG()]);
      const [entry] = pictures();
      expect(entry).toMatchObject({
        ...{ delivery: "undelivered", again: false, reason: "先登记工单，再把图片发来。" },
      });
      await conversation.resendPicture(entry!);
      expect(pictures()).toMatchObject([{ delivery: "delivered", reason: "" }]);
    });

    it("sends a picture that the line kept back by itself when it is back", async () => {
      service.added.push(UNREACHABLE);
      await conversation.addPictures([PNG()]);
      expect(pictures()).toMatchObject([{ delivery: "undelivered", again: true }]);
      await conversation.takeUpAgain();
      expect(pictures()).toMatchObject([{ delivery: "delivered" }]);
    });

    it("shows after a reload the pictures that were added, where they were", async () => {
      const later = aMessage("还有呢", { role: "visitor", at: "2026-11-22T11:00:00+08:00" });
      service.kept.push(aPicture());
      service.snapshots.push(aSnapshot([later], { ticket: aTicket() }));
      conversation = reloaded();
      await conversation.open();
      expect(kinds().slice(0, 2)).toEqual(["picture", "visitor"]);
      expect(pictures()).toMatchObject([{ name: "门头.png", ticket: aTicket().number }]);
    });

    it("shows in a copy of the tab what was added, and keeps there what was not", async () => {
      service.snapshots.push(aSnapshot([], { ticket: aTicket() }));
      const copy = reloaded();
      await copy.open();
      service.added.push(new ApiError("图片太多。", { status: 409 }));
      await copy.addPictures([new File(["x"], "票据.png", { type: "image/png" })]);
      service.kept.push(aPicture());
      service.snapshots.push(aSnapshot([], { ticket: aTicket() }));
      await conversation.addPictures([PNG()]);
      const names = () =>
        copy.state.entries.flatMap((entry) => (entry.kind === "picture" ? [entry.name] : []));
      await vi.waitFor(() => expect(names()).toEqual(["门头.png", "票据.png"]));
    });

    it("forgets the ticket and its pictures when everything is deleted", async () => {
      await conversation.addPictures([PNG()]);
      await conversation.deleteEverything();
      expect(pictures()).toEqual([]);
      expect(conversation.state.ticket).toBe("");
    });
  });

  it("gives everything that is stored as a file that a person can read", async () => {
    const file = await conversation.fetchExport();
    expect(await file.text()).toBe('{\n  "说过的话": [\n    "c1"\n  ]\n}');
  });

  describe("that its visitor deletes", () => {
    const NOTHING_SHOWN = { entries: [], ticked: [], draft: "", handoff: null, remark: "" };

    it("leaves nothing on the page or in the tab, and says what stays", async () => {
      service.answers.push(aTurn({ ticket: aTicket() }), UNREACHABLE);
      await say("商标被仿冒");
      await say("送不到的话");
      conversation.tick("商标注册证", true);
      conversation.keepDraft("还没写完");
      service.deletions.push("工单只留下单号。");
      await conversation.deleteEverything();
      expect(conversation.state).toMatchObject({ phase: "deleted", ...NOTHING_SHOWN });
      expect(conversation.state.farewell).toMatch(/删除.*工单只留下单号。$/);
      expect(sessionStorage.getItem("test")).toBeNull();
    });

    it("can be followed by another one, once its visitor agrees", async () => {
      await conversation.deleteEverything();
      await conversation.open(); // a panel that is opened again
      expect(conversation.state.phase).toBe("deleted");
      await conversation.beginAnew();
      expect(conversation.state).toMatchObject({ phase: "asking", notice: NOTICE });
      expect(service.opened).toBe(1);
      await conversation.agree();
      await say("另一件事");
      expect(service.sent.at(-1)).toMatchObject({ session: "c2", text: "另一件事" });
    });

    it("is gone in a copy of the tab too, and not in a tab with another one", async () => {
      const copy = inATab();
      await copy.open();
      const other = inATab("other");
      await other.open();
      await other.agree();
      const copyBeforeItIsOpened = inATab();
      await conversation.deleteEverything();
      for (const tab of [copy, copyBeforeItIsOpened]) {
        await tab.open();
        expect(tab.state).toMatchObject({ phase: "deleted", ...NOTHING_SHOWN });
        expect(tab.state.farewell).toContain("另一个标签页");
      }
      expect(other.state.phase).toBe("ready");
    });

    it.each([LOST, DELETED])("is deleted where the service says %s", async (answer) => {
      service.deletions.push(answer);
      await conversation.deleteEverything();
      expect(conversation.state).toMatchObject({ phase: "deleted", ...NOTHING_SHOWN });
    });

    it("stays as it is where the service cannot be reached", async () => {
      await say("商标被仿冒");
      service.deletions.push(UNREACHABLE);
      await expect(conversation.deleteEverything()).rejects.toBe(UNREACHABLE);
      expect(conversation.state.phase).toBe("ready");
      expect(texts()).toEqual(["您好", "商标被仿冒"]);
    });

    it("shows nothing of an answer that was on its way", async () => {
      let answer: (turn: Turn) => void = () => {};
      service.send = () => new Promise((resolve) => (answer = resolve));
      const said = say("商标被仿冒");
      await conversation.deleteEverything();
      answer(aTurn({ messages: [aMessage("先取证。")], ticket: aTicket() }));
      await said;
      expect(conversation.state).toMatchObject({ phase: "deleted", busy: false, ...NOTHING_SHOWN });
      expect(sessionStorage.getItem("test")).toBeNull();
    });
  });

  describe("that the service has deleted", () => {
    it("says so in the service's words, and gives back what was written since", async () => {
      conversation.tick("商标注册证", true);
      service.answers.push(DELETED);
      const first = say("还有一件事");
      await conversation.press(BUTTON);
      await first;
      const { phase, farewell, entries, ticked, draft } = conversation.state;
      expect({ phase, farewell, entries, ticked, draft }).toEqual({
        phase: "deleted",
        farewell: DELETED.message,
        entries: [],
        ticked: [],
        draft: "还有一件事",
      });
      expect(new VisitMemory("test").recall()).toMatchObject({ session: null, outbox: [] });
    });

    it("says so after a reload", async () => {
      service.snapshots.push(DELETED);
      conversation = reloaded();
      await conversation.open();
      expect(conversation.state).toMatchObject({ phase: "deleted", farewell: DELETED.message });
    });

    it("says so when a file of it is asked for", async () => {
      service.export = () => Promise.reject(DELETED);
      await expect(conversation.fetchExport()).rejects.toBe(DELETED);
      expect(conversation.state.phase).toBe("deleted");
    });

    it("says so to who waits for a person", async () => {
      service.answers.push(aTurn({ handoff: { state: "operator", position: null } }));
      service.snapshots.push(DELETED);
      await conversation.press(BUTTON);
      await vi.waitFor(() => expect(conversation.state.phase).toBe("deleted"));
      expect(conversation.state.handoff).toBeNull();
    });
  });

  it("says why it cannot be opened and can be opened later", async () => {
    sessionStorage.clear();
    const { notice, open } = service;
    service.notice = () => Promise.reject(UNREACHABLE);
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state).toMatchObject({ phase: "failed", failure: UNREACHABLE.message });
    service.notice = notice;
    service.open = () => Promise.reject(UNREACHABLE);
    await begin();
    expect(conversation.state).toMatchObject({ phase: "failed", failure: UNREACHABLE.message });
    service.open = open;
    await begin();
    expect(conversation.state.phase).toBe("ready");
  });
});
