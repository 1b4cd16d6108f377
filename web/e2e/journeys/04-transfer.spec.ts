import { expect, test } from "../support/journey";

test("转交给同事：来访者看到换了谁，同事接着答", async ({ visitor, desk }) => {
  const [wang, li] = [await desk("wangfang"), await desk("liqiang", "/inbox/mine")];
  await li.isOnline();
  const owner = await visitor();
  await owner.asks("展会上有人展出了和我外观设计一样的产品");
  await owner.asksForAPerson();
  await wang.claimsNext();
  await owner.meets("王芳");

  await wang.presses("Escape t");
  const asked = wang.dialog("转交会话");
  await asked.getByRole("radio", { name: /李强/ }).check();
  await asked.getByLabel("原因").fill("外观设计由李强办");
  await asked.getByRole("button", { name: "转交" }).click();
  await expect(asked).toBeHidden();

  await owner.meets("李强");
  await owner.reads(/李强/);
  await expect(wang.box).toHaveCount(0);
  await li.opens("外观");
  await li.hasIt();
  await li.says("您好，我接着帮您看");
  await expect(owner.page.getByText("坐席 李强").last()).toBeVisible();
  await owner.reads("您好，我接着帮您看");
});
