import { Crowd } from "../support/crowd";
import { expect, test } from "../support/journey";

test("接入之后自动应答不再说话，已经在想的那一轮也不说", async ({ visitor, desk }) => {
  const owner = await visitor();
  await owner.asks("我的发明专利被一家工厂仿制了");
  const wang = await desk("wangfang", "/inbox/all");
  await wang.opens("专利");

  const crowd = await Crowd.of(6);
  const others = crowd.asks("商标被人抢注了怎么办，对方还在网上卖，能不能让他停");
  await owner.says("工厂在九江，我有专利证书");
  await wang.presses("c");
  await wang.hasIt();
  await owner.meets("王芳");
  await others;

  await owner.says("对方说他也有专利");
  await wang.says("请把对方的专利号发给我");
  await owner.reads("请把对方的专利号发给我");
  expect(await owner.spokenAfter("王芳已经接入", "bot")).toBe(0);
  await owner.page.reload();
  await owner.reads("请把对方的专利号发给我");
  expect(await owner.spokenAfter("王芳已经接入", "bot")).toBe(0);
  expect(await owner.spoken("operator").count()).toBe(1);
});
