import AxeBuilder from "@axe-core/playwright";
import {
  type Browser,
  type BrowserContext,
  expect,
  type Page,
  test as base,
} from "@playwright/test";
import { Desk } from "./desk";
import { leaves } from "./leaving";
import { sessionOf, STAFF, type StaffName } from "./staff";
import { Visitor } from "./visitor";

/** Findings that keep somebody from using the page. */
const GRAVE = ["serious", "critical"];

/** The page as it stands, once nothing fades in or out any more, keeps nobody out. */
export async function isAccessible(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) =>
          one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity,
      ),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ""))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(" | ")}`);
  expect(grave).toEqual([]);
}

interface Journey {
  /** A visitor in a browser of his own. */
  visitor: () => Promise<Visitor>;
  /** Somebody of the staff in a browser of his own, signed in, at the inbox. */
  desk: (name: StaffName, hash?: string) => Promise<Desk>;
}

/**
 * The people of a journey. At its end every page that they have open is looked at: nothing in it
 * may keep anybody out, have failed in the script or been refused by the policy. Then everybody
 * leaves the desk, so that the next journey begins with nobody there.
 */
export const test = base.extend<Journey & { people: People }>({
  people: async ({ browser }, use) => {
    const people = new People(browser);
    await use(people);
    await people.leave();
  },
  visitor: async ({ people }, use) => use(() => people.visitor()),
  desk: async ({ people }, use) => use((name, hash) => people.staff(name, hash)),
});

class People {
  private readonly contexts: BrowserContext[] = [];
  private readonly desks: Desk[] = [];
  private readonly troubles: string[] = [];

  constructor(private readonly browser: Browser) {}

  async visitor(): Promise<Visitor> {
    const visitor = new Visitor(await this.page());
    await visitor.comes();
    return visitor;
  }

  async staff(name: StaffName, hash?: string): Promise<Desk> {
    const desk = new Desk(await this.page(name), STAFF[name]);
    await desk.comes(hash);
    this.desks.push(desk);
    return desk;
  }

  async leave(): Promise<void> {
    try {
      for (const context of this.contexts)
        for (const page of context.pages()) await isAccessible(page);
      expect(this.troubles).toEqual([]);
    } finally {
      await Promise.allSettled(this.desks.map(({ page }) => leaves(page)));
      for (const context of this.contexts) await context.close();
    }
  }

  private async page(name?: StaffName): Promise<Page> {
    const context = await this.browser.newContext({
      ...(name && { storageState: sessionOf(name) }),
      viewport: name ? { width: 1440, height: 900 } : { width: 390, height: 844 },
      // What fades is seen at rest: between two colours nothing has the contrast of either.
      reducedMotion: "reduce",
    });
    this.contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.troubles.push(String(error)));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.troubles.push(message.text());
    });
    return page;
  }
}

export { expect };
