import type { Page } from "@playwright/test";

/**
 * Somebody is not at the desk any more: what the page would tell only after a minute. It is closed
 * first, so that nothing that it still says makes him present again.
 */
export async function leaves(page: Page): Promise<void> {
  const { request } = page.context();
  await page.close();
  const { csrf } = await (await request.get("/api/desk/session")).json();
  const headers = { "X-CSRF-Token": csrf };
  await request.put("/api/desk/presence", { headers, data: { state: "away" } });
}
