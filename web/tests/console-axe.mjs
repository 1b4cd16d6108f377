/**
 * Opens every page of the built console in Chromium, before the desk's API in memory, and asks axe
 * what keeps people from using it: light and dark, at a desk and on a telephone.
 *
 *     npm run build && node tests/console-axe.mjs [FOLDER [PATTERN]]
 *
 * With FOLDER it leaves a picture of each page there, with PATTERN it opens only those whose name
 * (page-size-colours) it fits. It ends with 1 on a serious finding, or on an
 * error that the page tells the browser's console.
 */
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "@playwright/test";
import { createDesk, listen } from "./console-mock.mjs";

const [, , folder, pattern = ""] = process.argv;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const SERIOUS = new Set(["serious", "critical"]);

/** Name, who looks, where, and what is done first. */
const PAGES = [
  ["sign-in", null, "/"],
  ["password", "fresh", "/"],
  ["inbox", "zhou", "/inbox"],
  ["waiting", "zhou", "/inbox/unanswered/c2"],
  ["conversation", "zhou", "/inbox/mine/c3"],
  ["typing", "zhou", "/inbox/mine/c3", (page) => typed(page, "/")],
  ["facts", "zhou", "/inbox/mine/c3", changingFact],
  ["transfer", "zhou", "/inbox/mine/c3", (page) => page.keyboard.press("t")],
  ["closing", "zhou", "/inbox/mine/c3", (page) => page.keyboard.press("e")],
  ["ticket", "zhou", "/inbox/mine/c3", (page) => page.keyboard.press("o")],
  ["move", "zhou", "/inbox/mine/c3", movedElsewhere],
  ["citation", "zhou", "/inbox/mine/c3", (page) => page.locator(".citation").first().click()],
  ["held", "zhou", "/inbox/unanswered/c8"],
  ["long", "zhou", "/inbox/mine/c9"],
  ["keys", "zhou", "/inbox", (page) => page.keyboard.press("?")],
  ["menu", "zhou", "/inbox", (page) => page.locator(".account").click()],
  ["canned", "liu", "/canned"],
  ["canned-form", "liu", "/canned", (page) => page.keyboard.press("n")],
  ["directory", "zhou", "/directory"],
  ["tickets", "zhou", "/tickets"],
  ["search", "zhou", "/search"],
  ["calls", "zhou", "/calls"],
  ["figures", "liu", "/figures"],
  ["gaps", "liu", "/asked/rejected"],
  ["content", "zhou", "/content"],
  ["content-item", "zhou", "/content/item/answer/answers%2Fcourt.yml?key=fee"],
  ["content-form", "zhou", "/content/edit/term/terms.yml?key=异议"],
  ["content-text", "zhou", "/content/edit/rules/courts.yml?key=courts.yml"],
  ["content-new", "zhou", "/content/new?kind=answer&asks=要交多少", unfolded],
  ["content-waiting", "liu", "/content/review"],
  ["content-review", "liu", "/content/review/answer/answers%2Fcourt.yml?key=fee", proved],
  ["content-releases", "liu", "/content/releases"],
  ["content-calendar", "liu", "/content/calendar"],
  ["content-stale", "liu", "/content/stale"],
  ["content-hits", "liu", "/content/hit-test?q=要交多少"],
  ["users", "admin", "/users"],
  ["audit", "admin", "/audit"],
];

async function changingFact(page) {
  const facts = page.locator(".fact-value");
  if (await facts.count()) await facts.first().click();
}

async function movedElsewhere(page) {
  await page.getByRole("button", { name: "接续码", exact: true }).click();
  await page.getByRole("button", { name: "生成接续码" }).click();
}

async function unfolded(page) {
  for (const part of await page.locator("details > summary").all()) await part.click();
}

async function proved(page) {
  await page.getByRole("button", { name: /预演$/ }).click();
}

async function typed(page, words) {
  await page.keyboard.press("r");
  await page.keyboard.type(words);
}

const { server } = createDesk();
const origin = await listen(server);
const browser = await chromium.launch({ executablePath: CHROMIUM });
let worst = 0;

for (const [size, viewport] of Object.entries(SIZES))
  for (const colorScheme of ["light", "dark"])
    for (const [name, user, where, act] of PAGES) {
      const id = `${name}-${size}-${colorScheme}`;
      if (!new RegExp(pattern).test(id)) continue;
      const context = await browser.newContext({ viewport, colorScheme, locale: "zh-CN" });
      if (user) await context.addCookies([{ name: "helpline_desk", value: user, url: origin }]);
      const page = await context.newPage();
      const told = [];
      page.on("pageerror", (error) => told.push(error.message));
      page.on("console", (message) => message.type() === "error" && told.push(message.text()));
      await page.goto(`${origin}/desk#${where}`, { waitUntil: "load" });
      await page.waitForSelector("h1, .signin");
      await page.waitForTimeout(500);
      await act?.(page);
      await page.waitForTimeout(400);
      const { violations } = await new AxeBuilder({ page }).analyze();
      if (folder) await page.screenshot({ path: `${folder}/${id}.png` });
      report(
        id,
        violations,
        told.filter((words) => !words.includes("401")),
      );
      await context.close();
    }

await browser.close();
server.close();
console.log(worst ? `${worst} serious findings` : "no serious finding");
process.exitCode = worst ? 1 : 0;

function report(id, violations, told) {
  for (const words of told) console.log(`${id}: error: ${words}`);
  for (const { impact, id: rule, nodes, help } of violations)
    console.log(
      `${id}: ${impact} ${rule}: ${help}\n    ${nodes.map(({ html }) => html.slice(0, 160)).join("\n    ")}`,
    );
  worst += told.length + violations.filter(({ impact }) => SERIOUS.has(impact)).length;
}
