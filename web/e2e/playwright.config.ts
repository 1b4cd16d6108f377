import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

/**
 * The journeys of a visitor and the desk's people, each in a browser of his own, with a real
 * helpline. `./helpline test --only browser` starts one, makes the accounts and runs them.
 */
export default defineConfig({
  testDir: "journeys",
  outputDir: "../../var/browser",
  globalSetup: "./support/everybody-signs-in.ts",
  // One after another: they share one helpline, one queue and the desk's people.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  // The bot thinks on a busy machine.
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.HELPLINE_TEST_URL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    actionTimeout: 30_000,
    trace: "retain-on-failure",
    launchOptions: { executablePath: chromium() },
  },
});
