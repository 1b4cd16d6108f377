// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** The rooms of the widget: what is used stands left of what uses it. */
const ROOMS = [
  "api",
  "dialogs",
  "cards/citations",
  "cards/downloads",
  "cards",
  "pictures",
  "person",
  "chat",
  ".",
];
const MOST_MODULES = 14;

const names = readdirSync("widget", { recursive: true, encoding: "utf8" });
const modules = names
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => name.split(sep).join("/"));

/** The modules of the widget that a module imports. */
function imported(module: string): string[] {
  const source = readFileSync(join("widget", module), "utf8");
  const paths = [...source.matchAll(/^(?:import|\} from) .*?"(\.[^"?]+)[^"]*";$/gm)].map(
    ([, path]) => path!,
  );
  return paths.map((path) =>
    relative("widget", join("widget", dirname(module), path))
      .split(sep)
      .join("/"),
  );
}

describe("the rooms of the widget", () => {
  it("are the ones that are named here", () => {
    expect(new Set(modules.map((module) => dirname(module)))).toEqual(new Set(ROOMS));
  });

  it.each(modules)("%s imports only from its own room and from rooms to its left", (module) => {
    const wrong = imported(module).filter(
      (used) => ROOMS.indexOf(dirname(used)) > ROOMS.indexOf(dirname(module)),
    );
    expect(wrong).toEqual([]);
  });

  it.each(ROOMS)("%s can be looked through", (room) => {
    const here = modules.filter((module) => dirname(module) === room);
    expect(here.length).toBeLessThanOrEqual(MOST_MODULES);
  });

  it("are read", () => {
    expect(imported("element.ts")).toContain("chat/conversation");
    expect(imported("api/api.ts")).toContain("api/contract");
  });
});
