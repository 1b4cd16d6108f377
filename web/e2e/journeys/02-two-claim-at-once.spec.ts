import { expect, test } from "../support/journey";

test("两位坐席同时接入，只有一位接到，另一位看到是谁", async ({ visitor, desk }) => {
  const [wang, li] = [await desk("wangfang"), await desk("liqiang")];
  const owner = await visitor();
  await owner.asksForAPerson();
  for (const one of [wang, li]) {
    await expect(one.rows().first()).toBeVisible();
    await one.presses("n");
    await expect(one.button(/接入/).first()).toBeVisible();
  }
  await Promise.all([wang.presses("c"), li.presses("c")]);

  await expect(owner.who).toContainText("正在和您对话");
  const isWang = (await owner.who.innerText()).includes("王芳");
  const [winner, other] = isWang ? [wang, li] : [li, wang];
  await winner.hasIt();
  await expect(other.page.getByText(`${winner.name}在接待`).first()).toBeVisible();
  await expect(other.box).toHaveCount(0);
  await winner.says("我来帮您");
  await owner.reads("我来帮您");
  await other.reads("我来帮您");
  expect((await owner.everything()).filter((line) => line.includes("已经接入"))).toHaveLength(1);
});
