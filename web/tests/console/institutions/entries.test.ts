import { describe, expect, it } from "vitest";
import type { Fields, Institution, Overview } from "../../../console/institutions/contract";
import { ageWords, found, likely } from "../../../console/institutions/looking";
import { fieldsOf, NOTHING, problemsOf, typedOf } from "../../../console/institutions/typed";
import { bodyOf } from "../../../console/institutions/yaml";

const ROOM: Fields = {
  ...NOTHING,
  ...{ name: "九江市浔阳区知识产权调解室", kind: "people_mediation", city: "九江市" },
  ...{ county: "浔阳区", phone: "0792-8580000", sources: ["打 0792-8580000，前台答复"] },
  ...{ verified_on: "2026-11-20", verified_by: "李坐席" },
};
const CITIES = [{ name: "九江市", counties: ["浔阳区", "修水县"] }];
const TODAY = "2026-11-29";

const entry = (
  id: string,
  fields: Fields | null,
  more: Partial<Institution> = {},
): Institution => ({
  ...{ id, version: 0, fields, checked: true, check_by: "2027-11-20", pending: null },
  ...more,
});
const overview = (...institutions: Institution[]): Overview => ({
  ...{ day: TODAY, file: "directory.yml", institutions, cities: CITIES },
  ...{ kinds: [], alike: [], gaps: [] },
});
const EVERYTHING = { q: "", kind: "", city: "", county: "", only: "" } as const;

describe("an entry as the file holds it", () => {
  it("leaves out what is empty and quotes what YAML would read otherwise", () => {
    expect(bodyOf("jiujiang-room", ROOM)).toBe(
      [
        "id: jiujiang-room",
        "name: 九江市浔阳区知识产权调解室",
        "kind: people_mediation",
        "city: 九江市",
        "county: 浔阳区",
        'phone: "0792-8580000"',
        "sources:",
        '- "打 0792-8580000，前台答复"',
        "verified_on: 2026-11-20",
        "verified_by: 李坐席",
        "trust: one_source",
        "",
      ].join("\n"),
    );
  });

  it("lets no line that somebody types become a field of its own", () => {
    const body = bodyOf("one", {
      ...ROOM,
      address: '一号\ntrust: "two_sources"',
      does: "# 注释: x",
    });
    expect(body.split("\n").filter((line) => line.startsWith("trust"))).toEqual([
      "trust: one_source",
    ]);
    expect(body).toContain('does: "# 注释: x"');
  });
});

describe("what is typed", () => {
  it("comes back as it was", () => {
    expect(fieldsOf(typedOf(ROOM))).toEqual(ROOM);
    const wide: Fields = { ...ROOM, serves: "city", fields: ["茶", "陶瓷"], facts: ["甲", "乙"] };
    expect(fieldsOf(typedOf(wide))).toEqual(wide);
  });

  it("is fine when it is whole", () => {
    expect(problemsOf(typedOf(ROOM), CITIES, TODAY)).toEqual({});
  });

  it.each([
    [{ name: " " }, "name"],
    [{ kind: "" }, "kind"],
    [{ city: null, county: null }, "city"],
    [{ county: "南康区" }, "county"],
    [{ county: null, serves: "county" as const }, "county"],
    [{ phone: "请打总机" }, "phone"],
    [{ verified_on: "2026-11-30" }, "verified_on"],
    [{ sources: [] }, "sources"],
  ])("says by the field what is wrong with %o", (wrong, field) => {
    const problems = problemsOf(typedOf({ ...ROOM, ...wrong }), CITIES, TODAY);
    expect(Object.keys(problems)).toEqual([field]);
  });

  it("may have no city where it is there for the whole province", () => {
    const province: Fields = { ...ROOM, city: null, county: null, serves: "province" };
    expect(problemsOf(typedOf(province), CITIES, TODAY)).toEqual({});
  });
});

describe("looking for entries", () => {
  const old = entry(
    "old",
    { ...ROOM, name: "旧的", city: "萍乡市", county: null, phone: null },
    { checked: false },
  );
  const bare = entry("bare", { ...ROOM, name: "没来源", sources: [] });
  const all = overview(entry("room", ROOM), old, bare);
  const ids = (wanted: object) => found(all, { ...EVERYTHING, ...wanted }).map(({ id }) => id);

  it("finds what holds every word, in a place, and what stands out", () => {
    expect(ids({ q: "浔阳区 8580000" })).toEqual(["room", "bare"]);
    expect(ids({ city: "萍乡市" })).toEqual(["old"]);
    expect(ids({ only: "old" })).toEqual(["old"]);
    expect(ids({ only: "sourceless" })).toEqual(["bare"]);
  });

  it("warns of the same telephone however it is written, and of the same name in one city", () => {
    const typed: Fields = { ...NOTHING, name: "别的", phone: "(0792) 8580000", city: "九江市" };
    expect(likely(all, typed, "new").map(({ id }) => id)).toEqual(["room", "bare"]);
    const named: Fields = { ...NOTHING, name: "旧的（筹）", city: "萍乡市" };
    expect(likely(all, named, "new").map(({ id }) => id)).toEqual(["old"]);
    expect(likely(all, { ...named, city: "九江市" }, "new")).toEqual([]);
    const door = overview(entry("door", { ...NOTHING, address: "长虹大道1号" }));
    expect(likely(door, { ...NOTHING, address: "长虹大道 1 号" }, "new")).toHaveLength(1);
    expect(likely(all, ROOM, "room").map(({ id }) => id)).toEqual(["bare"]);
  });

  it("says when something was checked last, and by whom", () => {
    expect(ageWords(entry("room", ROOM))).toBe("2026-11-20 李坐席 核对");
    const found = entry("room", { ...ROOM, verified_by: null });
    expect(ageWords(found)).toBe("材料是 2026-11-20 的，还没有人核对");
    expect(ageWords(entry("room", { ...ROOM, verified_on: null }))).toBe("没有核对过");
  });
});
