import { expect, test } from "../support/journey";

const ASKED = "签完加盟合同冷静期到底有几天";
const NEW_WORDS = "先翻合同，找写着“单方解除”的那一条";

test("改一条答复：写，第二个人审核、预演、启用，来访者读到；撤回", async ({ visitor, desk }) => {
  test.setTimeout(420_000); // the whole content is loaded three times, on a busy machine

  const wang = await desk("wangfang", "/content");
  await wang.presses("/");
  await wang.page.keyboard.type("冷静期 有几天");
  await wang.page.getByRole("link", { name: ASKED }).click();
  await expect(wang.page.getByRole("heading", { name: ASKED })).toBeVisible();
  await wang.presses("e");
  const says = wang.page.getByLabel("结论", { exact: true });
  await expect(says).toHaveValue(/先翻合同/);
  await says.fill((await says.inputValue()).replace("先翻合同", NEW_WORDS));
  await wang.button("提交审核").click();
  await expect(wang.page.getByText("请写一句为什么改")).toBeVisible();
  await wang.page.keyboard.type("说清翻合同找什么");
  await wang.page.reload();
  await expect(wang.page.getByText("上次没存完的内容接着在这里")).toBeVisible();
  await wang.button("提交审核").click();
  await expect(wang.page.getByText("等待审核").first()).toBeVisible({ timeout: 120_000 });

  const chen = await desk("chenjing", "/content/review");
  await chen.page.getByRole("link", { name: ASKED }).click();
  await expect(chen.page.getByText("说清翻合同找什么")).toBeVisible();
  await chen.button("预演").click();
  await expect(chen.button("通过并启用")).toBeVisible({ timeout: 240_000 });
  await expect(chen.page.getByText(/试了 \d+ 个样题|个样题的回答会变/)).toBeVisible();
  await chen.button("通过并启用").click();
  await expect(chen.page.getByText("已经启用")).toBeVisible();

  const owner = await visitor();
  await expect(async () => {
    await owner.says(ASKED);
    await expect(owner.log.getByText(NEW_WORDS).last()).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });

  await chen.page.goto("/desk#/content/releases");
  await chen.button("撤回这次发布").click();
  await chen.dialog("撤回这次发布").getByRole("button", { name: "撤回", exact: true }).click();
  await expect(chen.page.getByText("以前用过").first()).toBeVisible({ timeout: 60_000 });
});
