// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, HelplineApi } from "../../widget/api/api";
import { VisitMemory } from "../../widget/api/visit";
import { Conversation } from "../../widget/chat/conversation";
import { desk, happened } from "../mock-desk.mjs";
import { createMockServer, listen } from "../mock-server.mjs";
import { aMessage, aReferral, aRemedy, NOTICE } from "../samples";

const SILENT = { tell: () => {}, listen: () => {}, leave: () => {} };
const UNREACHABLE = new ApiError("网络不通，请检查网络后重试。");
const NO_OBSTACLE = { obstacle: async () => null };
const SOON = 20;
/** A pause that never ends within a test: only the line itself can bring news. */
const NEVER = 600_000;

/** A tab's own storage. */
function aStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

describe("a visitor with a person", () => {
  let mock: ReturnType<typeof createMockServer>;
  let api: HelplineApi;
  let conversation: Conversation;
  const opened: Conversation[] = [];
  const page = { hidden: false };

  const theirs = () => [...mock.conversations.values()].at(-1)!;
  const said = () =>
    conversation.state.entries.flatMap((entry) =>
      entry.kind === "said" ? entry.message.text : [],
    );
  const all = () =>
    conversation.state.entries.flatMap((entry) => {
      if (entry.kind === "said") return entry.message.text;
      return entry.kind === "visitor" ? `我：${entry.outgoing.text}` : [];
    });
  const kinds = () => conversation.state.entries.map(({ kind }) => kind);
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 3_000 });
  const say = async (text: string) => {
    conversation.keepDraft(text);
    await conversation.sayDraft();
  };
  const follows = () => eventually(() => expect(theirs().lines.size).toBe(1));

  async function visit(lookAgainAfter = NEVER): Promise<void> {
    conversation = new Conversation(api, new VisitMemory("test"), SILENT, lookAgainAfter);
    opened.push(conversation);
    await conversation.open();
    if (conversation.state.phase === "asking") await conversation.agree();
    if (!theirs().refusesLines) await follows();
  }

  async function reload(lookAgainAfter = NEVER): Promise<void> {
    conversation.close();
    await eventually(() => expect(theirs().lines.size).toBe(0));
    await visit(lookAgainAfter);
  }

  async function claimed(): Promise<void> {
    desk.claim(theirs(), "王芳");
    await eventually(() => expect(conversation.state.status).toBe("operator"));
  }

  beforeEach(async () => {
    vi.stubGlobal("sessionStorage", aStorage());
    vi.stubGlobal("document", page);
    page.hidden = false;
    mock = createMockServer(
      (text) => ({ messages: [aMessage(`答：${text}`)] }),
      [aMessage("您好")],
      NOTICE,
    );
    api = new HelplineApi(await listen(mock.server), [0, 0, 0], NO_OBSTACLE);
    await visit();
  });

  afterEach(() => {
    opened.splice(0).forEach((one) => one.close());
    mock.server.closeAllConnections();
    mock.server.close();
    vi.unstubAllGlobals();
  });

  it("sees his place in the queue move, and who takes over", async () => {
    desk.wait(theirs(), 2, 6);
    await eventually(() => expect(conversation.state.handoff?.position).toBe(2));
    desk.wait(theirs(), 1, 3);
    await eventually(() =>
      expect(conversation.state.handoff).toMatchObject({ position: 1, wait_minutes: 3 }),
    );
    await claimed();
    expect(conversation.state.handoff?.operator).toBe("王芳");
  });

  it("reads what the operator writes as it comes, in order with his own words, and no bot", async () => {
    await claimed();
    desk.say(theirs(), "我来看看");
    await eventually(() => expect(said()).toContain("我来看看"));
    await say("南康的店");
    desk.say(theirs(), "好的");
    await eventually(() => expect(said()).toContain("好的"));
    expect(all()).toEqual(["您好", "坐席 王芳 已接入。", "我来看看", "我：南康的店", "好的"]);
  });

  it("can leave the queue: the bot goes on", async () => {
    desk.wait(theirs(), 3);
    await eventually(() => expect(conversation.state.status).toBe("waiting"));
    await conversation.waitNoLonger();
    expect(conversation.state).toMatchObject({ status: "bot", handoff: null });
    await say("再问一句");
    expect(said()).toContain("答：再问一句");
  });

  it("is not taken out of the queue when the service cannot, and is told why", async () => {
    desk.wait(theirs(), 3);
    await eventually(() => expect(conversation.state.status).toBe("waiting"));
    api.waitNoLonger = () => Promise.reject(UNREACHABLE);
    await conversation.waitNoLonger();
    expect(conversation.state).toMatchObject({ status: "waiting", remark: UNREACHABLE.message });
  });

  it("sends a person words, not what a button means to the bot", async () => {
    await claimed();
    await conversation.press({ title: "登记工单", payload: "/open_ticket" });
    expect(mock.posted.at(-1)?.body.text).toBe("登记工单");
  });

  it("sees that the operator writes, until he has written or gone", async () => {
    await claimed();
    desk.type(theirs(), true);
    await eventually(() => expect(conversation.state.theyType).toBe(true));
    desk.type(theirs(), false);
    await eventually(() => expect(conversation.state.theyType).toBe(false));
    desk.type(theirs(), true);
    await eventually(() => expect(conversation.state.theyType).toBe(true));
    desk.handBack(theirs());
    await eventually(() => expect(conversation.state.theyType).toBe(false));
  });

  it("is seen writing by the operator only", async () => {
    conversation.keepDraft("还没有人");
    await claimed();
    conversation.keepDraft("南");
    conversation.keepDraft("南康");
    await conversation.sayDraft();
    await eventually(() => expect(theirs().heardTyping).toEqual([true, false]));
  });

  it("goes on with the bot after a hand back, which stands in the log as a system line", async () => {
    await claimed();
    desk.handBack(theirs());
    await eventually(() => expect(conversation.state.status).toBe("bot"));
    const last = conversation.state.entries.at(-1);
    expect(last).toMatchObject({ kind: "said", message: { role: "system" } });
    await say("再问一句");
    expect(said()).toContain("答：再问一句");
  });

  it("sees no advice that nobody gave while a person answers, after a reload neither", async () => {
    await claimed();
    theirs().latest = { referral: aReferral({ remedies: [aRemedy({ name: "别的路" })] }) };
    desk.say(theirs(), "稍等");
    await eventually(() => expect(said()).toContain("稍等"));
    await reload();
    expect(said()).toContain("稍等");
    expect(kinds()).not.toContain("referral");
  });

  describe("who has ended the talk", () => {
    const asks = () => kinds().filter((kind) => kind === "rating").length;

    beforeEach(async () => {
      await claimed();
      desk.close(theirs());
      await eventually(() => expect(asks()).toBe(1));
    });

    it("says once how content he was", async () => {
      await conversation.rate({ score: 5, words: "很快" });
      await conversation.rate({ score: 1 });
      expect(theirs().ratings).toEqual([{ score: 5, words: "很快" }]);
      expect(conversation.state.rating.phase).toBe("given");
    });

    it("is asked again after a reload only where he has not said it", async () => {
      await reload();
      expect(asks()).toBe(1);
      await conversation.rate({ score: 4 });
      await reload();
      expect(asks()).toBe(0);
    });

    it("can still say it after he has asked the bot", async () => {
      await say("谢谢");
      expect(said()).toContain("答：谢谢");
      expect(conversation.state.status).toBe("bot");
      await conversation.rate({ score: 4 });
      expect(theirs().ratings).toEqual([{ score: 4 }]);
    });

    it("is told why it was not taken, and can say it again", async () => {
      const problem = { code: "not_ended_yet", detail: "办结以后再请您评价。" };
      mock.faults.push({ status: 409, problem });
      await conversation.rate({ score: 5 });
      expect(conversation.state.rating).toEqual({ phase: "asked", failure: problem.detail });
      await conversation.rate({ score: 5 });
      expect(theirs().ratings).toEqual([{ score: 5 }]);
    });

    it("is asked once a conversation", async () => {
      await conversation.rate({ score: 4 });
      await claimed();
      desk.close(theirs());
      await eventually(() => expect(conversation.state.status).toBe("closed"));
      expect(asks()).toBe(1);
      expect(conversation.state.rating.phase).toBe("given");
    });
  });

  describe("when the line breaks", () => {
    it("misses nothing: the line is taken up where it broke", async () => {
      await claimed();
      conversation.close();
      await visit(SOON);
      desk.cut(theirs());
      desk.say(theirs(), "断线时说的");
      await follows();
      await eventually(() =>
        expect(said().filter((text) => text === "断线时说的")).toHaveLength(1),
      );
    });

    it("is shown what is new by looks while there is no line", async () => {
      theirs().refusesLines = true;
      desk.cut(theirs());
      conversation.close();
      await visit(SOON);
      desk.claim(theirs(), "王芳");
      await say("有人吗");
      desk.say(theirs(), "我来看看");
      await eventually(() => expect(said()).toContain("我来看看"));
      expect(theirs().lines.size).toBe(0);
    });

    it("is told so, and that it stands again", async () => {
      await claimed();
      conversation.close();
      await visit(SOON);
      const { events, resume } = api;
      api.events = async function* () {
        throw UNREACHABLE;
      };
      api.resume = () => Promise.reject(UNREACHABLE);
      desk.cut(theirs());
      await eventually(() => expect(conversation.state.lineIsDown).toBe(true));
      Object.assign(api, { events, resume });
      await eventually(() => expect(conversation.state.lineIsDown).toBe(false));
    });
  });

  it("keeps no line to a page that is out of sight, unless a person is involved", async () => {
    page.hidden = true;
    conversation.seen();
    await eventually(() => expect(theirs().lines.size).toBe(0));
    page.hidden = false;
    conversation.seen();
    await follows();
    await claimed();
    page.hidden = true;
    conversation.seen();
    desk.say(theirs(), "您还在吗");
    await eventually(() => expect(said()).toContain("您还在吗"));
  });

  it("hears how the queue moves only while he stands in it", async () => {
    const resume = vi.spyOn(api, "resume");
    happened(theirs(), "conversation.queue");
    happened(theirs(), "conversation.typing", { by: "operator", typing: true }, true);
    await eventually(() => expect(conversation.state.theyType).toBe(true));
    expect(resume).not.toHaveBeenCalled();
    desk.wait(theirs(), 2);
    await eventually(() => expect(conversation.state.handoff?.position).toBe(2));
    theirs().handoff.position = 1;
    happened(theirs(), "conversation.queue");
    await eventually(() => expect(conversation.state.handoff?.position).toBe(1));
  });

  it("does not look up what the log shows already", async () => {
    const resume = vi.spyOn(api, "resume");
    await say("商标被仿冒");
    await say("南康的店");
    expect(resume).not.toHaveBeenCalled();
  });

  it("sees marked what became of his ticket, as long as the page is open", async () => {
    const marked = () =>
      conversation.state.entries.flatMap((entry) =>
        entry.kind === "said" && entry.isNews ? entry.message.text : [],
      );
    const text = "工单 20261122-0007 有新进展：\n11月22日 工作人员已开始办理。";
    desk.tellNews(theirs(), "20261122-0007", text);
    await eventually(() => expect(marked()).toEqual([text]));
    desk.handBack(theirs());
    await eventually(() => expect(said().at(-1)).toContain("自动应答"));
    expect(marked()).toEqual([text]);
    await reload();
    expect(said()).toContain(text);
    expect(marked()).toEqual([]);
  });
});
