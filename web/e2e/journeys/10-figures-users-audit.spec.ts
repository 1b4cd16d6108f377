import { expect, test } from "../support/journey";

test("班长看统计，管理员看账号和审计，分析员看不到个人信息", async ({ desk }) => {
  const chen = await desk("chenjing", "/figures");
  const rail = chen.page.getByRole("navigation", { name: "主导航" });
  await expect(rail.getByRole("link", { name: /统计/ })).toBeVisible();
  await expect(chen.page.getByText("在线坐席").first()).toBeVisible();
  await expect(chen.page.getByRole("rowheader", { name: "王芳" })).toBeVisible();

  const admin = await desk("guanli", "/users");
  await expect(admin.page.getByRole("rowheader", { name: "王芳" })).toBeVisible();
  await admin.comes("/audit");
  await expect(admin.page.getByRole("cell", { name: "wangfang" }).first()).toBeVisible();
  const refused = await admin.page.request.get("/api/desk/inbox");
  expect(refused.status()).toBe(403);

  const analyst = await desk("fenxi", "/inbox/all");
  const links = analyst.page.getByRole("navigation", { name: "主导航" }).getByRole("link");
  await expect(links).toHaveText([/统计/]);
  await expect(analyst.page).toHaveURL(/figures/);
  for (const path of ["inbox", "tickets", "search?q=13800001234", "users", "audit"])
    expect((await analyst.page.request.get(`/api/desk/${path}`)).status()).toBe(403);
  const figures = await (await analyst.page.request.get("/api/desk/figures")).text();
  for (const personal of ["13800001234", "王芳", "南昌开店"])
    expect(figures).not.toContain(personal);
});
