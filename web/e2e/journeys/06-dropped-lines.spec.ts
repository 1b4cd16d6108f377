import { expect, test } from "../support/journey";

test("来访者断线又回来，坐席断线又回来，什么都不丢", async ({ visitor, desk }) => {
  const wang = await desk("wangfang");
  const owner = await visitor();
  await owner.asksForAPerson();
  await wang.claimsNext();
  await owner.meets("王芳");

  await owner.page.context().setOffline(true);
  await wang.says("第一句：您的店在哪里？");
  await owner.box.fill("断网时写的：在南昌");
  await owner.box.press("Enter");
  await wang.says("第二句：有购买凭证吗？");
  await owner.page.context().setOffline(false);
  await owner.reads("第二句：有购买凭证吗？");
  await wang.reads("断网时写的：在南昌");

  await wang.page.context().setOffline(true);
  await owner.says("第三句：有发票");
  await wang.box.fill("断网时答的：发票可以");
  await wang.box.press("Enter");
  await expect(wang.log).toContainText("连上后会自动再发");
  await wang.page.context().setOffline(false);
  await wang.reads("第三句：有发票");
  await owner.reads("断网时答的：发票可以");

  await Promise.all([owner.page.reload(), wang.page.reload()]);
  await owner.meets("王芳");
  await wang.hasIt();
  for (const words of ["第一句", "断网时写的", "第二句", "第三句", "断网时答的"])
    for (const log of [owner.log, wang.log]) await expect(log.getByText(words)).toHaveCount(1);
});
