import { expect, type Locator, type Page } from "@playwright/test";

/** A visitor at his browser. */
export class Visitor {
  readonly log: Locator;
  readonly box: Locator;
  /** The line that tells who answers. */
  readonly who: Locator;

  constructor(readonly page: Page) {
    this.log = page.getByRole("log", { name: "对话记录" });
    this.box = page.getByRole("textbox", { name: "请说说您遇到的情况" });
    this.who = page.locator(".who");
  }

  /** Opens the page and agrees to the notice. */
  async comes(): Promise<void> {
    await this.page.goto("/");
    await this.presses("同意并开始");
    await expect(this.box).toBeVisible();
  }

  async says(words: string): Promise<void> {
    await this.box.fill(words);
    await this.box.press("Enter");
    await expect(this.log.locator(".bubble").filter({ hasText: words }).last()).toBeVisible();
  }

  /** Says something and waits for the bot to have answered it. */
  async asks(words: string): Promise<void> {
    const before = await this.spoken("bot").count();
    await this.says(words);
    await expect.poll(() => this.spoken("bot").count()).toBeGreaterThan(before);
    await expect(this.page.locator(".typing")).toHaveCount(0);
  }

  async presses(button: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).last().click();
  }

  /** Asks for a person and waits in the queue. */
  async asksForAPerson(): Promise<void> {
    await this.who.getByRole("button", { name: "转人工" }).click();
    await expect(this.who).toContainText("正在等坐席接入");
  }

  async reads(words: string | RegExp): Promise<void> {
    await expect(this.log.getByText(words).last()).toBeVisible();
  }

  async meets(operator: string): Promise<void> {
    await expect(this.who).toContainText(`坐席 ${operator} 正在和您对话`);
  }

  /** Number of the ticket on the newest card. */
  get ticketNumber(): Locator {
    return this.page.locator(".card.ticket dd").first();
  }

  /** Takes up the bot's offer of a ticket and leaves how to be reached. */
  async opensTicket(contact: string): Promise<void> {
    await this.presses("登记工单");
    await this.reads(/联系/);
    await this.asks(contact);
    await expect(this.ticketNumber).toBeVisible();
  }

  /** Adds a picture, of the page itself, to the ticket. */
  async sendsPicture(name: string): Promise<void> {
    const buffer = await this.page.screenshot();
    const picker = this.page.getByLabel("选择要补充到工单的图片");
    await picker.setInputFiles({ name, mimeType: "image/png", buffer });
  }

  /** What the bot or an operator said. */
  spoken(role: "bot" | "operator"): Locator {
    return this.log.locator(`.said.${role}`);
  }

  /** How often somebody spoke after this was said. */
  spokenAfter(words: string, role: "bot" | "operator"): Promise<number> {
    return this.log.evaluate(
      (log, [said, by]) => {
        const lines = [...log.querySelectorAll(".said, .visitor, .quiet")];
        const from = lines.findIndex((line) => line.textContent!.includes(said!));
        return lines.slice(from).filter((line) => line.classList.contains(by!)).length;
      },
      [words, role],
    );
  }

  /** Everything in the log, one line a message, in order. */
  async everything(): Promise<string[]> {
    const words = this.log.locator(".said .text, .bubble, .quiet, .notice");
    return (await words.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
  }
}
