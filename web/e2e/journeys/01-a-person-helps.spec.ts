import { expect, isAccessible, test } from "../support/journey";

test("转人工、用键盘接入、用建议答复、开工单、结束、评价", async ({ visitor, desk }) => {
  const wang = await desk("wangfang");
  await wang.isOnline();
  const owner = await visitor();
  await owner.asks("有人在南昌开店，用我注册的商标卖一样的东西");
  await owner.asksForAPerson();
  await expect(owner.who).toContainText("您是下一位");

  await wang.claimsNext();
  await owner.meets("王芳");
  await isAccessible(wang.page);

  await owner.says("我想让他别再卖了，该去哪里？");
  await wang.reads("我想让他别再卖了，该去哪里？");
  await expect(wang.suggestions.getByRole("listitem").first()).toBeVisible();
  await wang.presses("Control+Alt+1");
  await expect(owner.spoken("operator").first()).toBeVisible();

  const number = await wang.opensTicket("商标被仿冒，想让对方停止", "13800001234");
  await wang.box.press("Enter");
  await owner.reads(number);

  await wang.ends("e");
  await expect(owner.who).toContainText("人工服务已结束");
  await isAccessible(owner.page);
  await owner.presses("很满意");
  await owner.page.getByLabel("还想说的（可以不填）").fill("答得很快");
  await owner.presses("提交");
  await owner.reads("已记下，谢谢您。");
});
