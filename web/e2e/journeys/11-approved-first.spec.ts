import { expect, test } from "../support/journey";

test("商业秘密的答复先核对：改了再发，原样发出，不发", async ({ visitor, desk }) => {
  const wang = await desk("wangfang");
  await wang.isOnline();
  const owner = await visitor();
  await owner.says("离职员工把我们公司保密的客户名单带到了新公司，这是侵犯商业秘密吧");
  await owner.reads("这个问题请工作人员核对后答复");

  await wang.rows("待核对").first().click();
  await expect(wang.held).toBeVisible();
  await wang.button("修改").click();
  const edited = wang.page.getByLabel("改后的答复");
  await edited.fill("先把保密协议和名单的交接记录留好。");
  await wang.button("发出改后的").click();
  await owner.reads("先把保密协议和名单的交接记录留好。");
  await expect(owner.spoken("operator")).toHaveCount(1);
  await expect(owner.who).toContainText("AI 助手在答复");

  await owner.says("公司在南昌，那个员工签过保密协议");
  await expect(wang.held).toBeVisible();
  const before = await owner.spoken("bot").count();
  await wang.presses("a");
  await expect.poll(() => owner.spoken("bot").count()).toBeGreaterThan(before);
  await expect(wang.held).toBeHidden();

  await owner.says("名单值多少钱不好说");
  await expect(wang.held).toBeVisible();
  await wang.button("不发").click();
  await owner.reads("自动应答对这个问题的答复不合适，没有发给您");
  await expect(owner.page.getByRole("button", { name: "登记工单" }).last()).toBeVisible();
  await expect(wang.held).toBeHidden();
});
