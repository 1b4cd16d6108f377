import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../widget/api/api";
import type { Handoff, Turn } from "../../widget/api/contract";
import { Conversation, type Entry, type VisitorEntry } from "../../widget/chat/conversation";
import { VisitMemory } from "../../widget/api/visit";
import { aMessage, aProgress, aReferral, aRemedy, aSnapshot, aTicket, aTurn } from "../samples";

/** A service whose answers the test lays out beforehand; anything not laid out is an empty turn. */
function aService() {
  const sent: { session: string; text: string; id: string }[] = [];
  const answers: (Turn | ApiError)[] = [];
  const snapshots: (ReturnType<typeof aSnapshot> | ApiError)[] = [];
  let opened = 0;
  return {
    sent,
    answers,
    snapshots,
    get opened() {
      return opened;
    },
    async open() {
      opened++;
      return { id: `c${opened}`, token: "t", messages: [aMessage("您好", { buttons: [BUTTON] })] };
    },
    async send(session: { id: string }, text: string, id: string) {
      sent.push({ session: session.id, text, id });
      return orThrow(answers.shift() ?? aTurn());
    },
    async draft(session: { id: string }, key: string) {
      return new Blob([`${session.id} ${key}`]);
    },
    async calendar(session: { id: string }) {
      return new Blob([`${session.id} calendar`]);
    },
    async progress(number: string) {
      return aProgress({ number });
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

const BUTTON = { title: "牌子被人冒用", payload: '/inform{"situation":"infringed"}' };
const UNREACHABLE = new ApiError("网络不通，请检查网络后重试。");
const LOST = new ApiError("没有找到这段对话。", { status: 404 });

describe("a conversation", () => {
  let service: ReturnType<typeof aService>;
  let conversation: Conversation;

  const reloaded = () => new Conversation(service, new VisitMemory("test"), 1);
  const kinds = () => conversation.state.entries.map((entry) => entry.kind);
  const visitorEntries = () =>
    conversation.state.entries.filter(
      (entry: Entry): entry is VisitorEntry => entry.kind === "visitor",
    );

  beforeEach(async () => {
    sessionStorage.clear();
    service = aService();
    conversation = reloaded();
    await conversation.open();
  });

  it("posts a button's payload and shows its title", async () => {
    await conversation.press(BUTTON);
    expect(service.sent[0]?.text).toBe(BUTTON.payload);
    expect(visitorEntries()[0]?.outgoing.title).toBe("牌子被人冒用");
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

  it("starts afresh and says so when the remembered conversation is gone", async () => {
    service.snapshots.push(LOST);
    conversation = reloaded();
    await conversation.open();
    expect(service.opened).toBe(2);
    expect(kinds()).toEqual(["notice", "said", "replies"]);
  });

  it("keeps the words when the conversation is lost under way, ready for the new one", async () => {
    service.answers.push(LOST);
    conversation.keepDraft("商标被仿冒");
    await conversation.sayDraft();
    expect(kinds().slice(-4)).toEqual(["notice", "said", "replies", "visitor"]);
    await conversation.resend(visitorEntries()[0]!);
    expect(service.sent[1]).toMatchObject({ session: "c2", text: "商标被仿冒" });
  });

  it("brings what a person writes later, once, until the person has left", async () => {
    const handoff: Handoff = { state: "active", position: null };
    const operator = aMessage("我来看看", { role: "operator" });
    service.answers.push(aTurn({ handoff }));
    service.snapshots.push(
      aSnapshot([operator], { handoff }),
      UNREACHABLE,
      aSnapshot([operator], { handoff: { state: "closed", position: null } }),
    );
    await conversation.press(BUTTON);
    await vi.waitFor(() => expect(conversation.state.handoff?.state).toBe("closed"));
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

  it("says why it cannot be opened and can be opened later", async () => {
    sessionStorage.clear();
    const open = service.open;
    service.open = () => Promise.reject(UNREACHABLE);
    conversation = reloaded();
    await conversation.open();
    expect(conversation.state).toMatchObject({ phase: "failed", failure: UNREACHABLE.message });
    service.open = open;
    await conversation.open();
    expect(conversation.state.phase).toBe("ready");
  });
});
