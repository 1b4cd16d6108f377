// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** The rooms of the widget: what is used stands left of what uses it. */
const WIDGET = [
  "api",
  "dialogs",
  "cards/citations",
  "cards/downloads",
  "cards",
  "pictures",
  "person",
  "moving",
  "chat",
  ".",
];
/** The rooms of the console, by the same rule; a folder inside a room belongs to it. */
const CONSOLE = [
  "keeping",
  "api",
  "keys",
  "parts",
  "signin",
  "shell",
  "directory",
  "institutions",
  "experts",
  "canned",
  "composer",
  "conversation",
  "inbox",
  "waiting",
  "tickets",
  "calls",
  "figures",
  "content",
  "asked",
  "training",
  "switches",
  "laws",
  "admin",
  ".",
];
/**
 * All that the console may take from the widget: the types of what visitors see too, and helpers
 * that hold nothing.
 */
const SHARED = [
  "../widget/api/contract",
  "../widget/api/dates",
  "../widget/api/openapi",
  "../widget/cards/clipboard",
  "../widget/cards/downloads/save",
  "../widget/pictures/files",
];
const MOST_MODULES = 14;

/** The modules of a place, without its styles. */
function modulesOf(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => name.split(sep).join("/"));
}

/** The modules that a module imports, seen from its place; `import()` too. */
function imported(place: string, module: string): string[] {
  const source = readFileSync(join(place, module), "utf8");
  const statements = [
    ...source.matchAll(/^(?:import|export|\} from) .*?"(\.[^"?]+)[^"]*";$/gm),
    ...source.matchAll(/import\("(\.[^"]+)"\)/g),
  ];
  return statements
    .map(([, path]) => path!)
    .filter((path) => !path.endsWith(".css"))
    .map((path) =>
      relative(place, join(place, dirname(module), path))
        .split(sep)
        .join("/"),
    );
}

const topOf = (module: string) => (module.includes("/") ? module.split("/")[0]! : ".");

describe("the rooms of the widget", () => {
  const modules = modulesOf("widget");

  it("are the ones that are named here", () => {
    expect(new Set(modules.map((module) => dirname(module)))).toEqual(new Set(WIDGET));
  });

  it.each(modules)("%s imports only from its own room and from rooms to its left", (module) => {
    const wrong = imported("widget", module).filter(
      (used) => WIDGET.indexOf(dirname(used)) > WIDGET.indexOf(dirname(module)),
    );
    expect(wrong).toEqual([]);
  });

  it.each(WIDGET)("%s can be looked through", (room) => {
    const here = modules.filter((module) => dirname(module) === room);
    expect(here.length).toBeLessThanOrEqual(MOST_MODULES);
  });

  it("are read", () => {
    expect(imported("widget", "element.ts")).toContain("chat/conversation");
    expect(imported("widget", "api/api.ts")).toContain("api/contract");
  });
});

describe("the rooms of the console", () => {
  const modules = modulesOf("console");

  it("are the ones that are named here", () => {
    expect(new Set(modules.map(topOf))).toEqual(new Set(CONSOLE));
  });

  it.each(modules)("%s imports only from its own room and from rooms to its left", (module) => {
    const wrong = imported("console", module)
      .filter((used) => !SHARED.includes(used))
      .filter(
        (used) =>
          used.startsWith("..") || CONSOLE.indexOf(topOf(used)) > CONSOLE.indexOf(topOf(module)),
      );
    expect(wrong).toEqual([]);
  });

  it.each([...new Set(modules.map((module) => dirname(module)))])(
    "%s can be looked through",
    (folder) => {
      const here = modules.filter((module) => dirname(module) === folder);
      expect(here.length).toBeLessThanOrEqual(MOST_MODULES);
    },
  );

  it.each(modules.filter((module) => module.endsWith(".vue")))("%s can be read", (module) => {
    expect(readFileSync(join("console", module), "utf8").split("\n").length).toBeLessThanOrEqual(
      300,
    );
  });

  it("are read", () => {
    expect(imported("console", "router.ts")).toContain("inbox/routes");
    expect(imported("console", "inbox/routes.ts")).toContain("inbox/InboxPage.vue");
  });
});
