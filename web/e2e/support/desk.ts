import { expect, type Locator, type Page } from "@playwright/test";

/** Somebody of the staff at the console. */
export class Desk {
  readonly log: Locator;
  readonly box: Locator;
  readonly suggestions: Locator;
  /** A reply of the bot that waits for a nod. */
  readonly held: Locator;

  constructor(
    readonly page: Page,
    /** As visitors and colleagues see him. */
    readonly name: string,
  ) {
    this.log = page.getByRole("log", { name: "对话记录" });
    this.box = page.getByRole("textbox", { name: "写给来访者的答复" });
    this.suggestions = page.getByRole("region", { name: "建议的答复" });
    this.held = page.getByText("来访者还没有看到这条自动答复");
  }

  async comes(hash = "/inbox/unanswered"): Promise<void> {
    await this.page.goto(`/desk#${hash}`);
    await expect(this.page.getByRole("button", { name: this.name, exact: true })).toBeVisible();
  }

  /** Takes his place: from now on visitors may be handed to him. */
  async isOnline(): Promise<void> {
    await expect(this.page.getByRole("switch")).toHaveText(/在线/);
    await expect(this.page.getByRole("status").filter({ hasText: "实时" }).first()).toBeAttached();
  }

  async goesAway(): Promise<void> {
    const presence = this.page.getByRole("switch");
    if ((await presence.getAttribute("aria-checked")) === "true") await presence.click();
    await expect(presence).toHaveText(/离开/);
  }

  async presses(keys: string): Promise<void> {
    for (const key of keys.split(" ")) await this.page.keyboard.press(key);
  }

  /** The rows of the list of conversations. */
  rows(words: string | RegExp = ""): Locator {
    return this.page
      .getByRole("region", { name: "会话列表" })
      .locator(".row")
      .filter({ hasText: words });
  }

  async opens(words: string | RegExp): Promise<void> {
    await this.rows(words).first().click();
    await expect(this.log).toBeVisible();
  }

  /** Opens who waits longest and takes him, with the keyboard alone. */
  async claimsNext(): Promise<void> {
    await expect(this.rows().first()).toBeVisible();
    await this.presses("n");
    await expect(this.log).toBeVisible();
    await this.presses("c");
    await this.hasIt();
  }

  async hasIt(): Promise<void> {
    await expect(this.page.getByText("您在接待")).toBeVisible();
    await expect(this.box).toBeVisible();
  }

  async says(words: string): Promise<void> {
    await this.box.fill(words);
    await this.box.press("Enter");
    await expect(this.box).toHaveValue("");
    await this.reads(words);
  }

  async reads(words: string | RegExp): Promise<void> {
    await expect(this.log.getByText(words).last()).toBeVisible();
  }

  /** One of the facts beside the conversation, by its value. */
  fact(value: string): Locator {
    return this.page.getByRole("definition").filter({ hasText: value });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole("dialog", { name });
  }

  /** Ends the talk with the keyboard: `e` closes, `h` hands back to the bot. */
  async ends(key: "e" | "h"): Promise<void> {
    const [title, button] = key === "e" ? ["结束服务", "结束"] : ["交回自动应答", "交回"];
    await this.page.keyboard.press("Escape");
    await this.presses(key);
    const asked = this.dialog(title);
    await asked.getByRole("button", { name: button, exact: true }).click();
    await expect(asked).toBeHidden();
  }

  /** Gives the ticket that is open another status. */
  async moves(status: string): Promise<void> {
    await this.button(/改状态/).click();
    await this.page.getByRole("menuitem", { name: status }).click();
  }

  /** Gives a colleague the extension at which calls ring for him. */
  async givesExtension(colleague: string, extension: string): Promise<void> {
    const row = this.page.getByRole("row").filter({ hasText: colleague });
    await row.getByRole("button", { name: /^修改/ }).click();
    const asked = this.dialog(/^修改账号/);
    await asked.getByLabel("电话分机").fill(extension);
    await asked.getByRole("button", { name: "保存" }).click();
    await expect(asked).toBeHidden();
  }

  /** Begins a call whose caller agrees to its being noted. */
  async takesCall(caller: string): Promise<void> {
    await this.page.getByLabel("来电号码").fill(caller);
    await this.notesCall();
  }

  /** Begins a call whose number stands there already. */
  async notesCall(): Promise<void> {
    await this.page.getByText("来电者口头同意记录").click();
    await this.button("开始记录").click();
    await expect(this.page.getByText("通话中")).toBeVisible();
  }

  /** Notes what the caller says. */
  async hears(words: string): Promise<void> {
    await this.page.getByLabel("记下来电者说的话，回车记一句").fill(words);
    await this.presses("Enter");
    await this.reads(words);
  }

  /** Opens a ticket from the conversation; gives its number. */
  async opensTicket(summary: string, contact: string): Promise<string> {
    await this.button("开工单").first().click();
    const asked = this.dialog("开工单");
    await asked.getByLabel(/事由/).fill(summary);
    await asked.getByLabel(/联系方式/).fill(contact);
    await asked.getByRole("button", { name: "开工单" }).click();
    const told = asked.getByText("已开工单");
    await expect(told).toBeVisible();
    const number = (await told.locator("strong").first().innerText()).trim();
    await asked.getByRole("button", { name: "写进答复告诉来访者" }).click();
    await expect(asked).toBeHidden();
    return number;
  }
}
