import { expect, test } from "../support/journey";

test("交回自动应答：记下的情况都在，接着问不用重说", async ({ visitor, desk }) => {
  const wang = await desk("wangfang");
  const owner = await visitor();
  await owner.asks("有家店用我的商标卖家具");
  await owner.asksForAPerson();
  await wang.claimsNext();
  await owner.says("店在赣州市南康区，商标是注册了的");
  await wang.reads("店在赣州市南康区，商标是注册了的");
  await expect(wang.fact("南康区")).toBeVisible();
  await wang.says("记下了，您可以接着问机器人");
  await wang.ends("h");

  await expect(owner.who).toContainText("AI 助手在答复");
  await owner.reads(/已把对话交回自动应答/);
  await owner.asks("他是在实体店里卖的，我该向哪里投诉？");
  await expect(owner.log).toContainText("南康区市场监督管理局");
  const asked = owner.spoken("bot").filter({ hasText: "您的商标拿到注册证了吗？" });
  await expect(asked).toHaveCount(1); // before he told the operator
});
