import { existsSync } from "node:fs";

/** Where the browser lies; says in Chinese what to do where there is none. */
export function chromium(): string {
  const path = process.env.HELPLINE_CHROMIUM || "/usr/bin/chromium";
  if (existsSync(path)) return path;
  throw new Error(
    `没有找到浏览器 ${path}。请安装 Chromium（Debian：apt install chromium），` +
      "或把 HELPLINE_CHROMIUM 设成它的路径。",
  );
}
