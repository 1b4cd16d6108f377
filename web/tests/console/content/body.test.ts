import { describe, expect, it } from "vitest";
import { Body, lackOf, plainOf } from "../../../console/content/body";
import { blankOf, type Field, fieldsOf } from "../../../console/content/fields";

const ANSWER = `id: opposition
asks:
- 商标异议期几个月
- 公告期多久 # 柜台上常这样问
- 能反对多久
says: "三个月：从初步审定公告那天起算。"
why: 法律给的期限。
articles:
- 商标法(2019)第三十三条
rights: [trademark]
situations: [opposition_invalid_cancel]
remedy: trademark_opposition
`;
const FIELDS = fieldsOf("answer", "opposition");
const field = (...path: string[]): Field =>
  FIELDS.find((one) => one.path.join() === path.join()) as Field;
const body = (text = ANSWER) => new Body(text, FIELDS);
const bare = (_: Field, code: string) => code;

describe("the text of an answer, by fields", () => {
  it("is read by fields", () => {
    expect(body().get(field("says"))).toBe("三个月：从初步审定公告那天起算。");
    expect(body().get(field("rights"))).toEqual(["trademark"]);
    expect(body().get(field("unless"))).toBe("");
  });

  it("changes in one line when one field changes, and keeps comments and quotes", () => {
    const changed = body().with(field("says"), "两个月：从初步审定公告那天起算。");
    expect(changed).toBe(ANSWER.replace("三个月：", "两个月："));
  });

  it("takes another wording without touching the ones that are there", () => {
    const known = body().get(field("asks")) as string[];
    expect(body().with(field("asks"), [...known, "异议还来得及吗"])).toBe(
      ANSWER.replace("- 能反对多久\n", "- 能反对多久\n- 异议还来得及吗\n"),
    );
  });

  it("puts a field that was not there where the form asks for it", () => {
    expect(body().with(field("unless"), "过了公告期，改走无效宣告。")).toBe(
      ANSWER.replace("articles:", "unless: 过了公告期，改走无效宣告。\narticles:"),
    );
  });

  it("says from a day on something else, and nothing where that is taken back", () => {
    const dated = body().with(field("later", "from"), "2027-01-01");
    expect(dated).toContain("later:\n  from: 2027-01-01\n");
    expect(body(dated).with(field("later", "from"), "")).toBe(ANSWER);
  });

  it("quotes what would not be read as words", () => {
    for (const words of ["no", "12:30", "on"])
      expect(body().with(field("why"), words)).toContain(`why: "${words}"\n`);
  });

  it("keeps what somebody types, whatever marks it has", () => {
    for (const words of [
      "- 一",
      "看 #3",
      "他说: “好”",
      "[甲]",
      "{姓名}",
      "第一行\n第二行",
      "' \" \\",
    ])
      expect(body(body().with(field("why"), words)).get(field("why"))).toBe(words);
  });

  it("finds the field in whose lines a fault lies", () => {
    expect(body().fieldAt(9)?.path).toEqual(["articles"]);
    expect(body().fieldAt(4)?.path).toEqual(["asks"]);
    expect(body().fieldAt(99)).toBeUndefined();
  });

  it("is not shown as a form where it is no YAML of that form", () => {
    expect(body("id: x\nasks: [").isReadable).toBe(false);
    expect(body("nothing but words").isReadable).toBe(false);
  });
});

describe("what people compare", () => {
  it("has labels for fields, and what no field shows as it is written", () => {
    const told = plainOf("answer", "opposition", `${ANSWER}odd: [1]\n`, bare);
    expect(told).toContain("大家怎么问：\n· 商标异议期几个月\n");
    expect(told).toContain("结论：三个月：从初步审定公告那天起算。");
    expect(told).toMatch(/odd: \[1\]$/);
  });

  it("is the text itself where there is no form", () => {
    expect(plainOf("guidance", "guidance/a.md", "# 题\n", bare)).toBe("# 题\n");
    expect(plainOf("answer", "x", null, bare)).toBeNull();
  });
});

describe("a new item", () => {
  it.each(["answer", "canned", "term", "holiday", "body"])(
    "of the kind %s begins as a text that its form can read",
    (kind) => {
      const fields = fieldsOf(kind, "2027");
      expect(new Body(blankOf(kind, "2027"), fields).isReadable).toBe(true);
      expect(fields.some((one) => lackOf(one, new Body("{}", fields).get(one)))).toBe(true);
    },
  );

  it("may get another name, under which its text stays", () => {
    const term = new Body('异议: "先反对"\n', fieldsOf("term", "异议"));
    expect(term.named(null, "提异议")).toBe('提异议: "先反对"\n');
    expect(body().named("id", "objection")).toBe(ANSWER.replace("id: opposition", "id: objection"));
  });
});

describe("a field", () => {
  it("says what it lacks", () => {
    expect(lackOf(field("asks"), ["一", "二"])).toContain("至少要写 3 行");
    expect(lackOf(field("says"), "")).toContain("要填");
    expect(lackOf(field("says"), "长".repeat(161))).toContain("现在 161 字");
    expect(lackOf(field("says"), "三个月。")).toBe("");
    const [, off] = fieldsOf("holiday", "2027");
    expect(lackOf(off!, ["2027-1-1"])).toContain("不是日期");
  });
});

describe("what the helpline says in its own words", () => {
  const SAID = `key: utter_direction
use: 建议的走法
texts:
- 建议先走「{name}」。
buttons:
- {title: 转人工, payload: /human_handoff}
`;
  const fields = fieldsOf("response", "utter_direction");
  const [, first, second] = fields as [Field, Field, Field];
  const said = (text = SAID) => new Body(text, fields);

  it("changes in its own line, and takes and gives back another text", () => {
    expect(said().with(first, "先走「{name}」。")).toBe(SAID.replace("建议先走", "先走"));
    const two = said().with(second, "走「{name}」。");
    expect(two).toBe(SAID.replace("」。\n", "」。\n- 走「{name}」。\n"));
    expect(said(two).with(second, "")).toBe(SAID);
  });

  it("is told whole, with the buttons that no field shows", () => {
    const two = said().with(second, "走「{name}」。");
    const plain = plainOf("response", "utter_direction", two, bare);
    expect(plain).toBe(
      "什么时候说：建议的走法\n说什么：建议先走「{name}」。\n换着说的另一句：走「{name}」。\n" +
        "buttons:\n- {title: 转人工, payload: /human_handoff}",
    );
    expect(said().fieldAt(4)).toBe(first);
  });
});
