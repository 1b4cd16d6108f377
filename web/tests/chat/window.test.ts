import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, nextTick } from "vue";
import { ApiError } from "../../widget/api/api";
import type { Message, Turn } from "../../widget/api/contract";
import { VisitMemory } from "../../widget/api/visit";
import { Conversation } from "../../widget/chat/conversation";
import HelplineChat from "../../widget/chat/HelplineChat.vue";
import { words } from "../mounted";
import {
  aMessage,
  aPicture,
  aReferral,
  aSnapshot,
  aTicket,
  aTurn,
  NOTICE,
  QUIET,
} from "../samples";

const SILENT = { tell: () => {}, listen: () => {}, leave: () => {} };
const HEIGHT_OF_LOG = 300;

/** happy-dom lays nothing out: here every character of an entry is one pixel high. */
function layOut() {
  const height = (element: Element) => words(element).length;
  const entries = (box: Element) => [...box.querySelectorAll(".entry, .typing")];
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(HEIGHT_OF_LOG);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (
    this: HTMLElement,
  ) {
    return entries(this).reduce((sum, entry) => sum + height(entry), 0);
  });
  vi.spyOn(HTMLElement.prototype, "offsetTop", "get").mockImplementation(function (
    this: HTMLElement,
  ) {
    const all = entries(this.parentElement!);
    return all.slice(0, all.indexOf(this)).reduce((sum, entry) => sum + height(entry), 0);
  });
}

describe("the window of the chat", () => {
  let history: Message[];
  let turn: Turn;
  let api: ConstructorParameters<typeof Conversation>[0];
  let conversation: Conversation;
  let unmount: () => void;

  const log = () => document.querySelector<HTMLElement>(".log")!;
  const entry = (text: string) =>
    [...document.querySelectorAll<HTMLElement>(".entry")].find((one) => words(one).includes(text))!;
  const settled = () => vi.waitFor(() => expect(conversation.state.busy).toBe(false));

  async function open(): Promise<void> {
    const place = document.createElement("div");
    document.body.replaceChildren(place);
    conversation = new Conversation(api, new VisitMemory("window"), SILENT);
    const app = createApp(HelplineChat, {
      conversation,
      layout: "page",
      page: "https://helpline.example",
    });
    app.mount(place);
    unmount = () => app.unmount();
    await vi.waitFor(() => expect(conversation.state.phase).not.toBe("opening"));
    await nextTick();
    await nextTick();
  }

  beforeEach(() => {
    sessionStorage.clear();
    new VisitMemory("window").remember({ session: { id: "c1", token: "t" } });
    history = [aMessage("您好")];
    turn = aTurn();
    api = {
      ...QUIET,
      notice: async () => NOTICE,
      open: async () => ({ id: "c1", token: "t", messages: history }),
      resume: async () => aSnapshot(history),
      send: async () => turn,
      place: async () => null,
      draft: async () => new Blob(),
      calendar: async () => new Blob(),
      progress: () => Promise.reject(new ApiError("")),
      addPicture: async () => aPicture(),
      pictures: async () => [],
      export: async () => ({}),
      delete: async () => ({ subject: "c1", at: "", counts: {}, kept: null }),
    };
    layOut();
  });

  afterEach(() => {
    unmount();
    vi.restoreAllMocks();
  });

  it("stands after a reload at the newest answer's first line", async () => {
    history = [
      aMessage("问候".repeat(200)),
      aMessage("问", { role: "visitor" }),
      aMessage(`答复${"长".repeat(600)}`),
    ];
    await open();
    expect(log().scrollTop).toBe(entry("答复").offsetTop - 16);
  });

  it("stands at the end where the newest answer fits", async () => {
    history = [aMessage("问候".repeat(200)), aMessage("问", { role: "visitor" }), aMessage("答复")];
    await open();
    const end = log().scrollHeight - HEIGHT_OF_LOG;
    expect(log().scrollTop).toBeGreaterThanOrEqual(end); // a browser stops there
  });

  it("shows an answer's first line after a message that is taller than the log", async () => {
    await open();
    turn = aTurn({ messages: [aMessage(`答复${"长".repeat(600)}`)] });
    conversation.keepDraft("长".repeat(2000));
    await conversation.sayDraft();
    await nextTick();
    await nextTick();
    expect(log().scrollTop).toBe(entry("答复").offsetTop - 16);
  });

  it("leaves a visitor who reads further up where he is", async () => {
    history = [aMessage("问候".repeat(600))];
    await open();
    let answer: (given: Turn) => void = () => {};
    api.send = () => new Promise((resolve) => (answer = resolve));
    conversation.keepDraft("问");
    void conversation.sayDraft();
    await nextTick();
    await nextTick();
    log().scrollTop = 100;
    answer(aTurn({ messages: [aMessage("答复")] }));
    await settled();
    await nextTick();
    await nextTick();
    expect(log().scrollTop).toBe(100);
  });

  it("keeps the end in sight when a keyboard comes up, for who was there", async () => {
    let resize = () => {};
    vi.stubGlobal(
      "ResizeObserver",
      class {
        constructor(report: () => void) {
          resize = report;
        }
        observe() {}
        disconnect() {}
      },
    );
    history = [aMessage("问候".repeat(600))];
    await open();
    vi.unstubAllGlobals();
    const scrollTo = (top: number) => {
      log().scrollTop = top;
      log().dispatchEvent(new Event("scroll"));
      vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(100);
      resize();
      vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(HEIGHT_OF_LOG);
      return log().scrollTop;
    };
    expect(scrollTo(200)).toBe(200);
    const end = log().scrollHeight - HEIGHT_OF_LOG;
    expect(scrollTo(end)).toBe(end + HEIGHT_OF_LOG - 100);
  });

  it("answers a pasted picture with a remark, and forgets it when the visitor writes", async () => {
    await open();
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    const clipboardData = {
      files: [new File([], "a.png", { type: "image/png" })],
      getData: () => "",
    };
    document.querySelector("textarea")!.dispatchEvent(Object.assign(paste, { clipboardData }));
    await nextTick();
    expect(paste.defaultPrevented).toBe(true);
    expect(words(document.querySelector(".composer-notice"))).toContain("收不了图片");
  });

  it("adds a pasted picture to the ticket once there is one, and says so in the log", async () => {
    api.resume = async () => aSnapshot(history, { ticket: aTicket() });
    const addPicture = vi.fn(async () => aPicture());
    api.addPicture = addPicture;
    await open();
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    const clipboardData = {
      files: [new File(["x".repeat(2048)], "门头.png", { type: "image/png" })],
      getData: () => "",
    };
    document.querySelector("textarea")!.dispatchEvent(Object.assign(paste, { clipboardData }));
    const said = "图片 门头.png（2 KB）已补充到工单 20261122-0007";
    await vi.waitFor(() => expect(words(log())).toContain(said));
    expect(paste.defaultPrevented).toBe(true);
    expect(addPicture).toHaveBeenCalledOnce();
    expect(document.querySelector("button.attach")).not.toBeNull();
  });

  it("says what became of a picture and offers to send it again", async () => {
    api.resume = async () => aSnapshot(history, { ticket: aTicket() });
    api.addPicture = () => Promise.reject(new ApiError("图片太多。", { status: 409 }));
    await open();
    await conversation.addPictures([new File(["x"], "门头.png", { type: "image/png" })]);
    await nextTick();
    expect(words(entry("门头.png"))).toContain("图片太多。图片未送达");
    api.addPicture = async () => aPicture();
    entry("门头.png").querySelector("button")!.click();
    await vi.waitFor(() => expect(words(entry("门头.png"))).toContain("已补充到工单"));
  });

  it("sends again by itself when the browser is back on line or in sight", async () => {
    await open();
    const send = vi.fn(() => Promise.reject(new ApiError("网络不通。")));
    api.send = send;
    conversation.keepDraft("问");
    await conversation.sayDraft();
    await nextTick();
    expect(words(document.querySelector(".delivery"))).toContain("网络恢复后会自动重发");
    dispatchEvent(new Event("online"));
    await settled();
    document.dispatchEvent(new Event("visibilitychange"));
    await settled();
    expect(send).toHaveBeenCalledTimes(3);
  });

  it("unfolds for paper what it can hold, and folds it again", async () => {
    const messages = [aMessage("先投诉。")];
    await open();
    turn = aTurn({ messages, referral: aReferral({ scope: "clarify" }) });
    conversation.keepDraft("问");
    await conversation.sayDraft();
    turn = aTurn({ messages: [aMessage("先应诉。")], referral: aReferral() });
    conversation.keepDraft("再问");
    await conversation.sayDraft();
    await nextTick();
    const folds = () => [...document.querySelectorAll("details")];
    const isOfToday = (fold: Element) => !fold.closest(".earlier");
    dispatchEvent(new Event("beforeprint"));
    expect(folds().some(isOfToday)).toBe(true);
    expect(folds().filter((fold) => fold.open)).toEqual(folds().filter(isOfToday));
    dispatchEvent(new Event("afterprint"));
    expect(folds().some((fold) => fold.open)).toBe(false);
  });

  it("puts the privacy notice before the visitor, with a button to agree and nothing to write in", async () => {
    sessionStorage.clear();
    await open();
    const consent = document.querySelector(".consent")!;
    const titled = document.getElementById(consent.getAttribute("aria-labelledby")!);
    expect(words(titled)).toContain("怎样处理您的信息");
    expect(words(consent)).toContain(NOTICE.short);
    expect(words(consent.querySelector("details"))).toContain(NOTICE.sections[0]!.text);
    expect(document.querySelector("textarea")).toBeNull();
    const agree = consent.querySelector<HTMLButtonElement>("button")!;
    expect(words(agree)).toBe("同意并开始");
    agree.click();
    expect(document.activeElement).toBe(log());
    await vi.waitFor(() => expect(document.querySelector("textarea")).not.toBeNull());
    expect(document.querySelector(".consent")).toBeNull();
    expect(words(log())).toContain("您好");
  });

  it("names the helpline's own page where the site is what keeps it away", async () => {
    sessionStorage.clear();
    const elsewhere = "https://helpline.example";
    api.notice = () => Promise.reject(new ApiError("还没有获准。", { elsewhere }));
    await open();
    const failure = document.querySelector(".failure");
    expect(words(failure)).toContain("还没有获准。");
    expect(failure?.querySelector("a")?.getAttribute("href")).toBe(elsewhere);
  });
});
