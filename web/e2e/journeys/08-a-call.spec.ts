import { expect, test } from "../support/journey";

test("来电：边听边记，有建议，开工单，凭单号和来电号码都找得到", async ({ desk }) => {
  const li = await desk("liqiang", "/calls");
  await li.takesCall("13911112222");
  await li.hears("我在抚州，公司的商标被同行抢先注册了");
  await expect(li.suggestions.getByRole("listitem").first()).toBeVisible();
  await expect(li.page.getByText("抚州市").last()).toBeVisible();
  const number = await li.opensTicket("商标被抢注", "13911112222");

  await li.comes("/search");
  for (const words of [number, "13911112222"]) {
    await li.page
      .getByRole("searchbox")
      .or(li.page.getByLabel("搜索会话、工单和来访者"))
      .first()
      .fill(words);
    await li.button("搜索").click();
    await expect(li.page.getByRole("link", { name: number }).first()).toBeVisible();
  }
});
