import { expect, test } from "../support/journey";
import { rings } from "../support/telephone";

test("来电弹屏：接起就记，开过的工单下次来电就看见", async ({ desk }) => {
  const admin = await desk("guanli", "/users");
  await admin.givesExtension("王芳", "8007");

  const wang = await desk("wangfang", "/directory");
  await wang.isOnline();
  await rings("8007", "13922223333");
  const pop = wang.page.getByRole("alert", { name: "来电" });
  await expect(pop).toContainText("139 2222 3333");
  await expect(pop).toContainText("第一次来电");
  await pop.getByRole("button", { name: "接起并记录" }).click();
  await expect(wang.page.getByLabel("来电号码")).toHaveValue("13922223333");
  await wang.notesCall();
  await wang.hears("我在上饶，有人在网店卖仿我们品牌的茶叶");
  const number = await wang.opensTicket("网店卖仿冒茶叶", "13922223333");

  await rings("8007", "13922223333");
  await expect(pop.getByRole("link", { name: number })).toBeVisible();
  await rings("8007", "13922223333", "ended");
  await expect(pop).toBeHidden();
});

test("弹屏只认登记过的分机和电话系统的口令", async ({ desk }) => {
  const li = await desk("liqiang");
  await li.isOnline();
  expect(await rings("8099", "13922223333")).toEqual({ status: 200, told: false });
  expect((await rings("8007", "13922223333", "ringing", "guessed")).status).toBe(401);
  await expect(li.page.getByRole("alert", { name: "来电" })).toBeHidden();
});
