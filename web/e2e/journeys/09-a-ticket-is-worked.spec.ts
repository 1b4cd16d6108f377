import { expect, test } from "../support/journey";

test("工单办理：改状态、写进展，来访者看到新进展；证据有缩略图", async ({ visitor, desk }) => {
  const owner = await visitor();
  await owner.asks("有人在南昌开店，用我注册的商标卖一样的东西");
  await owner.asks("登记工单");
  await owner.asks("王先生，13800001234");
  const number = await owner.ticketNumber.innerText();
  await owner.sendsPicture("门头.png");
  await owner.reads(`图片 门头.png`);

  const li = await desk("liqiang", `/tickets/${number}`);
  await expect(li.page.getByRole("heading", { name: number })).toBeVisible();
  await expect(li.page.getByRole("img", { name: "证据图片：门头.png" })).toBeVisible();
  await li.button("由我办理").click();
  await li.moves("办理中");
  await li.presses("w");
  await li.page.getByLabel("写给来访者看的进展").fill("已联系南昌市市场监管部门，三天内回复您。");
  await li.button("发布进展").click();
  await expect(li.page.getByText("来访者可见").first()).toBeVisible();

  await owner.reads(/有新进展/);
  await owner.reads(/已联系南昌市市场监管部门/);
  await owner.page.reload();
  await owner.reads(/已联系南昌市市场监管部门/);
});
