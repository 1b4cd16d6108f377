import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, nextTick } from "vue";
import { ApiError } from "../../widget/api/api";
import { VisitMemory } from "../../widget/api/visit";
import { Conversation } from "../../widget/chat/conversation";
import HelplineChat from "../../widget/chat/HelplineChat.vue";
import { words } from "../mounted";
import { aMessage, aPicture, aSnapshot, aTurn, NOTICE, QUIET } from "../samples";

const SILENT = { tell: () => {}, listen: () => {}, leave: () => {} };

describe("a visitor's personal data", () => {
  let api: ConstructorParameters<typeof Conversation>[0];
  let conversation: Conversation;
  let unmount: () => void;

  const dialog = () =>
    document.querySelector<HTMLDialogElement>("dialog[aria-labelledby=personal-title]")!;
  const button = (label: string) =>
    [...document.querySelectorAll<HTMLButtonElement>("button")].find((one) => words(one) === label);
  const pressed = async (label: string) => {
    button(label)!.click();
    await nextTick();
    await nextTick();
  };

  async function mount(): Promise<void> {
    const place = document.createElement("div");
    document.body.replaceChildren(place);
    conversation = new Conversation(api, new VisitMemory("personal"), SILENT);
    const app = createApp(HelplineChat, {
      conversation,
      layout: "page",
      page: "https://helpline.example",
    });
    app.mount(place);
    unmount = () => app.unmount();
    await vi.waitFor(() => expect(conversation.state.phase).not.toBe("opening"));
    await nextTick();
  }

  beforeEach(async () => {
    sessionStorage.clear();
    new VisitMemory("personal").remember({ session: { id: "c1", token: "t" } });
    api = {
      ...QUIET,
      notice: async () => NOTICE,
      open: async () => ({ id: "c2", token: "t", messages: [aMessage("您好")] }),
      resume: async () => aSnapshot([aMessage("商标被仿冒", { role: "visitor" })]),
      send: async () => aTurn(),
      place: async () => null,
      draft: async () => new Blob(),
      calendar: async () => new Blob(),
      progress: () => Promise.reject(new ApiError("")),
      addPicture: async () => aPicture(),
      pictures: async () => [],
      export: async () => ({ 说过的话: ["商标被仿冒"] }),
      delete: vi.fn(async () => ({ subject: "c1", at: "", counts: {}, kept: "工单只留下单号。" })),
    };
    await mount();
    await pressed("个人信息");
  });

  afterEach(() => {
    unmount();
    vi.restoreAllMocks();
  });

  it("opens with the whole privacy notice, from a button that stands by the box", () => {
    expect(button("个人信息")!.closest("form")).not.toBeNull();
    expect(button("个人信息")!.getAttribute("aria-haspopup")).toBe("dialog");
    expect(dialog().open).toBe(true);
    expect(words(dialog())).toContain(NOTICE.sections[0]!.text);
    expect(words(dialog())).toContain(NOTICE.version);
  });

  it("says why there is no notice, and can fetch it again", async () => {
    unmount();
    api.notice = () => Promise.reject(new ApiError("网络不通。"));
    await mount();
    await pressed("个人信息");
    expect(words(dialog())).toContain("网络不通。");
    api.notice = async () => NOTICE;
    await pressed("再取一次");
    expect(words(dialog())).toContain(NOTICE.sections[0]!.text);
  });

  it("is saved as a file", async () => {
    const saved = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:x");
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      names.push(this.download);
    });
    await pressed("下载我的全部内容");
    await vi.waitFor(() => expect(names).toEqual(["知识产权热线-我的全部内容.json"]));
    expect(await (saved.mock.calls[0]![0] as Blob).text()).toContain("商标被仿冒");
    await vi.waitFor(() => expect(words(dialog())).toContain("已下载"));
  });

  it("is deleted only after a question that says what goes and what stays", async () => {
    await pressed("删除我的全部内容");
    expect(api.delete).not.toHaveBeenCalled();
    expect(words(dialog())).toMatch(/删掉的：.*说过的话.*留下的：.*单号、状态、缓急和日期/);
    expect(document.activeElement).toBe(button("先不删"));
    await pressed("先不删");
    expect(api.delete).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(button("删除我的全部内容"));
  });

  it("does not stand half deleted when the dialog is opened again", async () => {
    await pressed("删除我的全部内容");
    dialog().close();
    await pressed("个人信息");
    expect(button("全部删除")).toBeUndefined();
  });

  it("is deleted: the page says so, shows nothing of it and offers to begin anew", async () => {
    await pressed("删除我的全部内容");
    await pressed("全部删除");
    await vi.waitFor(() => expect(dialog().open).toBe(false));
    const log = document.querySelector(".log")!;
    expect(words(log)).toMatch(/已经删除.*工单只留下单号。/);
    expect(words(log)).not.toContain("商标被仿冒");
    expect(document.activeElement).toBe(log);
    expect(button("个人信息")).toBeUndefined();
    await pressed("重新开始");
    await vi.waitFor(() => expect(button("同意并开始")).toBeDefined());
  });

  it("is gone where the service has deleted it: what was written since waits in the box", async () => {
    const gone = new ApiError("信息已按您的要求删除。", {
      code: "conversation_deleted",
      status: 410,
    });
    api.send = () => Promise.reject(gone);
    conversation.keepDraft("还有一件事");
    await conversation.sayDraft();
    await nextTick();
    const log = document.querySelector(".log")!;
    expect(words(log)).toMatch(/信息已按您的要求删除。.*还在输入框里/);
    expect(dialog().open).toBe(false);
    await pressed("重新开始");
    await vi.waitFor(() => expect(button("同意并开始")).toBeDefined());
    button("同意并开始")!.click();
    await vi.waitFor(() => expect(document.querySelector("textarea")?.value).toBe("还有一件事"));
  });

  it("is not deleted where the service cannot be reached, and the dialog says so", async () => {
    api.delete = () => Promise.reject(new ApiError("网络不通。"));
    await pressed("删除我的全部内容");
    await pressed("全部删除");
    await vi.waitFor(() => expect(words(dialog())).toContain("还没有删除。网络不通。"));
    expect(dialog().open).toBe(true);
  });
});
