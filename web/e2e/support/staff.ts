import { resolve } from "node:path";

/** Login name → how visitors and colleagues see him. command/test_run.py makes the accounts. */
export const STAFF = {
  wangfang: "王芳",
  liqiang: "李强",
  chenjing: "陈静",
  guanli: "系统管理",
  fenxi: "数据分析",
} as const;

export type StaffName = keyof typeof STAFF;

/** What everybody changes his first password to; these accounts live as long as the run. */
export const PASSWORD = "journeys-2026-Gan-River";

/** Login name → first password. */
export function firstPasswords(): Record<StaffName, string> {
  const told = process.env.HELPLINE_TEST_STAFF;
  if (!told) throw new Error("请用 ./helpline test --only browser 运行：它会建好帐号。");
  return JSON.parse(told) as Record<StaffName, string>;
}

/** Where the session of somebody who has signed in is kept. */
export function sessionOf(name: StaffName): string {
  return resolve(import.meta.dirname, `../../../var/browser-sessions/${name}.json`);
}
