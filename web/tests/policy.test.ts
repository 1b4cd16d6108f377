// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const components = ["widget", "console"].flatMap((place) =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".vue"))
    .map((name) => `${place}/${name}`),
);

describe("a content security policy without 'unsafe-inline'", () => {
  it.each(["index.html", "console.html", ...components])("is enough for %s", (file) => {
    const template = readFileSync(file, "utf8").replace(/<script setup[\s\S]*?<\/script>/, "");
    expect(template).not.toMatch(/<style|\sstyle=|:style|v-html|\son[a-z]+=/);
    expect(template).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(template).not.toMatch(/(src|href)="https?:/);
  });
});
