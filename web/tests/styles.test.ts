// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (file: string) => readFileSync(file, "utf8");

/** The rules that stand under a media query, as they are written. */
function under(query: string, css: string): string {
  return css
    .split("@media ")
    .filter((part) => part.startsWith(`${query} {`))
    .join("");
}

const SHORT = "(max-height: 480px)";

describe("styles", () => {
  it("print the whole conversation: nothing that holds it has a height or hides what is over", () => {
    const print = under("print", read("widget/styles/print.css"));
    expect(print).toMatch(/\.chat \{[^}]*height: auto/);
    expect(print).toMatch(/\.log \{[^}]*overflow: visible/);
    expect(under("print", read("page/page.css"))).toMatch(/body \{[^}]*height: auto/);
    expect(read("widget/styles/widget.css").trimEnd()).toMatch(/@import "\.\/print\.css";$/);
  });

  it("print in daylight colours", () => {
    for (const file of ["widget/styles/base.css", "page/page.css"])
      expect(read(file)).not.toMatch(/@media \(prefers-color-scheme: dark\)/);
  });

  it("leave a short window to the conversation: head and box shrink", () => {
    expect(under(SHORT, read("page/page.css"))).toMatch(/\.masthead p \{[^}]*display: none/);
    expect(under(SHORT, read("widget/styles/panel.css"))).toMatch(
      /\.panel-head p \{[^}]*display: none/,
    );
    expect(under(SHORT, read("widget/styles/composer.css"))).toMatch(/height: 44px/);
  });

  it("cover all with the panel where the script makes the rest unreachable", () => {
    const covering = "(max-width: 560px), (max-height: 480px)";
    expect(under(covering, read("widget/styles/panel.css"))).toMatch(/inset: 0/);
    expect(read("widget/chat/HelplineChat.vue")).toContain(`matchMedia("${covering}")`);
  });
});
