import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, nextTick } from "vue";
import type { PublicState } from "../../widget/api/contract";
import { VisitMemory } from "../../widget/api/visit";
import { Conversation } from "../../widget/chat/conversation";
import HelplineChat from "../../widget/chat/HelplineChat.vue";
import { words } from "../mounted";
import { aMessage, aSnapshot, NOTICE, QUIET } from "../samples";

const SILENT = { tell: () => {}, listen: () => {}, leave: () => {} };

describe("the line above the chat", () => {
  let told: PublicState;
  let asked: number;
  let unmount: () => void;

  const place = () => document.querySelector<HTMLElement>(".banner-place")!;

  async function open(layout: "page" | "panel" = "page"): Promise<void> {
    const box = document.createElement("div");
    document.body.replaceChildren(box);
    const api = {
      ...QUIET,
      banner: async () => (asked++, told),
      notice: async () => NOTICE,
      resume: async () => aSnapshot([aMessage("您好")]),
    } as unknown as ConstructorParameters<typeof Conversation>[0];
    const conversation = new Conversation(api, new VisitMemory("banner"), SILENT);
    const app = createApp(HelplineChat, { conversation, layout, page: "https://helpline.example" });
    app.mount(box);
    unmount = () => app.unmount();
    await nextTick();
  }

  beforeEach(() => {
    sessionStorage.clear();
    new VisitMemory("banner").remember({ session: { id: "c1", token: "t" } });
    asked = 0;
    told = { banner: null, until: null, bot_off: false };
  });
  afterEach(() => unmount());

  it("shows the banner with its last day, and markup in it as words", async () => {
    told = { banner: "<img src=x onerror=alert(1)>今晚维护", until: "2026-11-25", bot_off: false };
    await open();
    await vi.waitFor(() => expect(words(place())).toContain("今晚维护（到2026年11月25日）"));
    expect(words(place())).toContain("<img src=x onerror=alert(1)>");
    expect(place().querySelector("img")).toBeNull();
  });

  it("says that the bot is off, and so does the line on who answers", async () => {
    told = { banner: null, until: null, bot_off: true };
    await open();
    await vi.waitFor(() => expect(words(place())).toContain("自动应答暂停中"));
    await vi.waitFor(() => expect(words(document.querySelector(".who"))).toContain("由工作人员"));
    expect(words(document.body)).not.toContain("AI 助手在答复");
  });

  it("is empty where nothing is told", async () => {
    await open();
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
    expect(words(place())).toBe("");
  });

  it("asks for nothing before the chat is opened", async () => {
    await open("panel");
    expect(asked).toBe(0);
  });
});
