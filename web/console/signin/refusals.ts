/** What to do where the office's own sign-in sends somebody back without having let him in. */
const REFUSALS: Record<string, string> = {
  oidc_failed: "统一登录没有完成，请再试一次；还不行，请用账号和密码登录。",
  oidc_unknown: "统一登录认得您，但工作台还没有您的账号，或者账号已停用。请管理员添加后再登录。",
  oidc_away: "单位的统一登录没有应答，请过一会儿再试，或用账号和密码登录。",
};

/** The words for the code that an address such as `#/sign-in?problem=oidc_away` ends with, else "". */
export function refusalIn(hash: string): string {
  const query = hash.slice(hash.indexOf("?") + 1);
  return REFUSALS[new URLSearchParams(query).get("problem") ?? ""] ?? "";
}
