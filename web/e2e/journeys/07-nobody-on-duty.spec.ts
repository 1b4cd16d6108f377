import { expect, isAccessible, test } from "../support/journey";

test("没有坐席值班：说清楚，改为登记工单", async ({ visitor }) => {
  const owner = await visitor();
  await owner.asks("有人在南昌开店，用我注册的商标卖一样的东西");
  await owner.who.getByRole("button", { name: "转人工" }).click();
  await expect(owner.who).toContainText("现在没有坐席值班");
  await isAccessible(owner.page);
  await owner.opensTicket("13800001234");
  await expect(owner.ticketNumber).toHaveText(/\d{8}-\d+/);
});
