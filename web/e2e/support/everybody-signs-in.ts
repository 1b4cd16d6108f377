import { chromium as browsers, expect } from "@playwright/test";
import { chromium } from "./chromium";
import { leaves } from "./leaving";
import { firstPasswords, PASSWORD, sessionOf, STAFF, type StaffName } from "./staff";

/**
 * Everybody signs in once, must change his first password, is kept signed in, and leaves the desk.
 */
export default async function everybodySignsIn(): Promise<void> {
  const baseURL = process.env.HELPLINE_TEST_URL;
  const browser = await browsers.launch({ executablePath: chromium() });
  for (const [name, password] of Object.entries(firstPasswords())) {
    const context = await browser.newContext({ baseURL, locale: "zh-CN" });
    const page = await context.newPage();
    await page.goto("/desk");
    await page.getByLabel("账号").fill(name);
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByLabel("现在的密码").fill(password);
    await page.getByLabel("新密码", { exact: true }).fill(PASSWORD);
    await page.getByLabel("再填一次新密码").fill(PASSWORD);
    await page.getByRole("button", { name: "更换密码" }).click();
    const himself = page.getByRole("button", { name: STAFF[name as StaffName], exact: true });
    await expect(himself).toBeVisible({ timeout: 30_000 });
    await context.storageState({ path: sessionOf(name as StaffName) });
    await leaves(page);
    await context.close();
  }
  await browser.close();
}
