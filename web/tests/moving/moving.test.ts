import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Session } from "../../widget/api/api";
import { VisitMemory } from "../../widget/api/visit";
import { Conversation } from "../../widget/chat/conversation";
import {
  aCode,
  aMessage,
  aMoved,
  aReferral,
  aRemedy,
  aSnapshot,
  aTurn,
  NOTICE,
  QUIET,
} from "../samples";

const KEY = "moving";
const WRONG = new ApiError("这个链接打不开。", { status: 404, code: "link_wrong" });
const UNREACHABLE = new ApiError("网络不通，请检查网络后重试。");
const LOST = new ApiError("没有找到这段对话。", { status: 404 });
const SILENT = { tell: () => {}, listen: () => {}, leave: () => {} };

/** A service that holds these conversations: id → what its visitor said first. */
function aService(said: Record<string, string>) {
  const sent: { session: string; text: string }[] = [];
  return {
    ...QUIET,
    sent,
    notice: async () => NOTICE,
    open: async () => ({ id: "c1", token: "t", messages: [aMessage("您好")] }),
    async resume({ id }: Session) {
      if (!(id in said)) throw LOST;
      const words = said[id] ? [aMessage(said[id], { role: "visitor" })] : [];
      const answer = aMessage("先给方向。");
      return aSnapshot([...words, answer], { id, referral: aReferral({ remedies: [aRemedy()] }) });
    },
    async send(session: Session, text: string) {
      sent.push({ session: session.id, text });
      return aTurn();
    },
    place: async () => null,
    draft: async () => new Blob(),
    calendar: async () => new Blob(),
    progress: () => Promise.reject(new ApiError("")),
    addPicture: () => Promise.reject(new ApiError("")),
    pictures: async () => [],
    export: async () => ({}),
    delete: async () => ({ subject: "", at: "", counts: {}, kept: null }),
  };
}

type Service = ReturnType<typeof aService>;

function aPage(service: Service): Conversation {
  return new Conversation(service, new VisitMemory(KEY), SILENT);
}

const shown = (conversation: Conversation) =>
  conversation.state.entries.map((entry) =>
    entry.kind === "visitor" ? entry.outgoing.title : entry.kind,
  );
const kept = () => new VisitMemory(KEY).recall();
const hadBefore = (session: Session, draft = "") =>
  new VisitMemory(KEY).remember({ session, draft });

beforeEach(() => sessionStorage.clear());

describe("a link", () => {
  it("shows its conversation with the card, without asking to agree to anything", async () => {
    const page = aPage(aService({ moved: "牌子被冒用" }));
    await page.follow("gAAA");
    expect(page.state.phase).toBe("ready");
    expect(shown(page)).toEqual(["牌子被冒用", "said", "referral"]);
    expect(kept().session).toMatchObject({ id: "moved", token: "t2" });
  });

  it("that leads nowhere is told, and the notice can be agreed to", async () => {
    const page = aPage({ ...aService({}), followLink: () => Promise.reject(WRONG) });
    await page.follow("<img src=x onerror=alert(1)>");
    expect(page.state.phase).toBe("asking");
    expect(page.state.entries).toMatchObject([{ kind: "notice", text: WRONG.message }]);
  });

  it("that leads nowhere leaves what was open here", async () => {
    hadBefore({ id: "c1", token: "t" });
    const page = aPage({ ...aService({ c1: "原来的" }), followLink: () => Promise.reject(WRONG) });
    await page.follow("x");
    expect(page.state).toMatchObject({ phase: "ready", remark: WRONG.message });
    expect(shown(page)).toContain("原来的");
  });

  it("is tried again when the line was down", async () => {
    const followLink = vi.fn<Service["followLink"]>(async () => aMoved());
    followLink.mockRejectedValueOnce(UNREACHABLE);
    const page = aPage({ ...aService({ moved: "牌子被冒用" }), followLink });
    await page.follow("gAAA");
    expect(page.state.phase).toBe("failed");
    await page.open();
    expect(followLink.mock.calls).toEqual([["gAAA"], ["gAAA"]]);
    expect(shown(page)).toContain("牌子被冒用");
  });

  it("that is opened while the page opens waits for it", async () => {
    hadBefore({ id: "c1", token: "t" });
    const page = aPage(aService({ c1: "", moved: "牌子被冒用" }));
    await Promise.all([page.open(), page.follow("gAAA")]);
    expect(page.state.phase).toBe("ready");
    expect(shown(page)).toEqual(["牌子被冒用", "said", "referral"]);
  });

  it("to the conversation that is open here keeps the token that lasts longer", async () => {
    hadBefore({ id: "moved", token: "first" });
    const page = aPage(aService({ moved: "牌子被冒用" }));
    await page.follow("gAAA");
    expect(kept().session?.token).toBe("first");
  });

  it("to the conversation that an older link opened renews its token", async () => {
    hadBefore({ id: "moved", token: "old", expires_at: "2026-11-22T01:00:00+08:00" });
    const page = aPage(aService({ moved: "牌子被冒用" }));
    await page.follow("gAAA");
    expect(kept().session?.token).toBe("t2");
  });
});

describe("where another conversation is open", () => {
  let service: Service;
  let page: Conversation;

  beforeEach(async () => {
    hadBefore({ id: "c1", token: "t" }, "写到一半");
    service = aService({ c1: "原来的事", moved: "牌子被冒用" });
    page = aPage(service);
    await page.follow("gAAA");
  });

  it("the visitor is asked which, by what he said first in each", () => {
    expect(page.state.phase).toBe("choosing");
    expect(page.state.choice).toEqual({ ours: "原来的事", arrived: "牌子被冒用" });
  });

  it("he goes on with the one that came, and can go back to the other with all of it", async () => {
    await page.choose("arrived");
    expect(shown(page)).toContain("牌子被冒用");
    expect(page.state).toMatchObject({ phase: "ready", draft: "", hasAside: true });

    await page.swap();
    expect(shown(page)).toContain("原来的事");
    expect(page.state).toMatchObject({ draft: "写到一半", hasAside: true });
    await page.swap();
    expect(shown(page)).toContain("牌子被冒用");
  });

  it("he stays, and the one that came is kept: its code is used up", async () => {
    await page.choose("ours");
    expect(shown(page)).toContain("原来的事");
    await page.swap();
    expect(shown(page)).toContain("牌子被冒用");
  });

  it("what he says goes to the one that he chose", async () => {
    await page.choose("arrived");
    page.keepDraft("接着说");
    await page.sayDraft();
    expect(service.sent).toEqual([{ session: "moved", text: "接着说" }]);
  });

  it("deleting one leaves the other", async () => {
    await page.choose("arrived");
    await page.deleteEverything();
    expect(page.state).toMatchObject({ phase: "deleted", hasAside: true });
    await page.swap();
    expect(shown(page)).toContain("原来的事");
  });

  it("he chooses after a reload too: nothing of the first is lost by not choosing", async () => {
    const reloaded = aPage(service);
    await reloaded.open();
    expect(shown(reloaded)).toContain("原来的事");
  });
});

describe("where nothing was said yet", () => {
  it("nobody is asked which", async () => {
    hadBefore({ id: "c1", token: "t" });
    const page = aPage(aService({ c1: "", moved: "牌子被冒用" }));
    await page.follow("gAAA");
    expect(shown(page)).toContain("牌子被冒用");
    expect(page.state.hasAside).toBe(false);
  });

  it("words that no conversation heard go to the box, not to the other conversation", async () => {
    const memory = new VisitMemory(KEY);
    memory.remember({
      session: { id: "gone", token: "t" },
      outbox: [{ id: "m", text: "没发出的", title: "没发出的" }],
    });
    const service = aService({ moved: "牌子被冒用" });
    const page = aPage(service);
    await page.follow("gAAA");
    expect(service.sent).toEqual([]);
    expect(page.state.draft).toBe("没发出的");
  });
});

describe("a code", () => {
  it("brings its conversation here", async () => {
    const page = aPage(aService({ moved: "牌子被冒用" }));
    await page.open();
    expect(page.state.phase).toBe("asking");
    await page.useCode("abcd 2345");
    expect(page.state.phase).toBe("ready");
    expect(shown(page)).toContain("牌子被冒用");
  });

  it("that does not open changes nothing", async () => {
    hadBefore({ id: "c1", token: "t" });
    const page = aPage({ ...aService({ c1: "原来的" }), useCode: () => Promise.reject(WRONG) });
    await page.open();
    await expect(page.useCode("x")).rejects.toBe(WRONG);
    expect(page.state.phase).toBe("ready");
    expect(shown(page)).toContain("原来的");
  });

  it("is not lost when the line breaks behind it", async () => {
    const service = aService({ moved: "牌子被冒用" });
    const { resume } = service;
    const page = aPage(service);
    await page.open();
    service.resume = () => Promise.reject(UNREACHABLE);
    await page.useCode("abcd2345");
    expect(page.state.phase).toBe("failed");
    service.resume = resume;
    await page.open();
    expect(shown(page)).toContain("牌子被冒用");
  });

  it("is made for the conversation that is open", async () => {
    hadBefore({ id: "c1", token: "t" });
    const makeCode = vi.fn(async () => aCode());
    const page = aPage({ ...aService({ c1: "原来的" }), makeCode });
    await page.open();
    expect((await page.makeCode()).code).toBe("ABCD-2345");
    expect(makeCode).toHaveBeenCalledWith({ id: "c1", token: "t" });
  });
});

describe("a visit that an older page has kept", () => {
  it("goes on: what it does not know of is empty", async () => {
    sessionStorage.setItem(KEY, JSON.stringify({ session: { id: "c1", token: "t" } }));
    const page = aPage(aService({ c1: "原来的" }));
    await page.open();
    expect(page.state).toMatchObject({ phase: "ready", hasAside: false });
  });
});
