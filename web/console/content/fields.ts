/** What the forms ask for: the fields of each kind that has one, in the order of its texts. */

export interface Field {
  /** Where it stands in the body. */
  path: readonly string[];
  label: string;
  /**
   * `lines`: a list, a line each; `codes`, `code`: values of the vocabulary's `slot`, or of
   * `choices`; `days`: a list of days, a line each.
   */
  as: "line" | "text" | "lines" | "codes" | "code" | "day" | "days";
  hint?: string;
  /** Characters that it may have, and lines that it must have. */
  most?: number;
  fewest?: number;
  isNeeded?: boolean;
  slot?: string;
  choices?: readonly (readonly [string, string])[];
  /** Written in one line, as `[a, b]`. */
  isFlow?: boolean;
  /** The title of the part that it is folded into. */
  part?: string;
}

const LATER = "从某一天起换个说法";
const ELSEWHERE = "归类";

const ANSWER: readonly Field[] = [
  {
    path: ["says"],
    label: "结论",
    as: "text",
    most: 160,
    isNeeded: true,
    hint: "第一句就回答。不写条号，条文列在下面「依据条文」里，按当天的版本显示。",
  },
  { path: ["why"], label: "为什么", as: "text", most: 200, isNeeded: true },
  {
    path: ["unless"],
    label: "什么情况不一样，或下一步",
    as: "text",
    most: 200,
  },
  {
    path: ["articles"],
    label: "依据条文",
    as: "lines",
    hint: "一行一条，例如：商标法(2026)第三十六条。新旧法都要写的，两行都写，系统按日期选。",
  },
  {
    path: ["asks"],
    label: "大家怎么问",
    as: "lines",
    fewest: 3,
    hint: "一行一种问法，照来访者的原话写，至少三种；找不找得到这条答复，全靠它。",
  },
  {
    path: ["later", "from"],
    label: "从哪一天起",
    as: "day",
    part: LATER,
    hint: "新法施行后只有个别数字变的，写在这里；不填的几项照旧。",
  },
  { path: ["later", "says"], label: "那时的结论", as: "text", most: 160, part: LATER },
  { path: ["later", "why"], label: "那时的为什么", as: "text", most: 200, part: LATER },
  { path: ["later", "unless"], label: "那时的例外或下一步", as: "text", most: 200, part: LATER },
  {
    path: ["rights"],
    label: "权利",
    as: "codes",
    slot: "right",
    isFlow: true,
    fewest: 1,
    part: ELSEWHERE,
  },
  {
    path: ["situations"],
    label: "处境",
    as: "codes",
    slot: "situation",
    isFlow: true,
    fewest: 1,
    part: ELSEWHERE,
  },
  { path: ["remedy"], label: "引到哪个办法", as: "code", slot: "remedy", part: ELSEWHERE },
  {
    path: ["sources"],
    label: "没有条文时的出处",
    as: "lines",
    part: ELSEWHERE,
    hint: "有依据条文的不用填。",
  },
  {
    path: ["reviewed_on"],
    label: "全条核对过的日期",
    as: "day",
    part: ELSEWHERE,
    hint: "整条答复连同条文都核对过才改；过 180 天会提醒再核。",
  },
];

const CANNED: readonly Field[] = [
  { path: ["title"], label: "标题", as: "line", most: 40, isNeeded: true },
  {
    path: ["text"],
    label: "内容",
    as: "text",
    most: 2000,
    isNeeded: true,
    hint: "可以用变量：{姓名} {工单号} {城市} {坐席}。",
  },
  { path: ["shortcut"], label: "简码", as: "line", most: 20 },
  {
    path: ["tags"],
    label: "来访者怎么说时提示它",
    as: "lines",
    isFlow: true,
    hint: "一行一个说法。",
  },
];

const HOLIDAY: readonly Field[] = [
  {
    path: ["source"],
    label: "出处",
    as: "line",
    isNeeded: true,
    hint: "国务院办公厅通知的名称、文号、公布日期。",
  },
  {
    path: ["days_off"],
    label: "放假的每一天",
    as: "days",
    isFlow: true,
    fewest: 1,
    hint: "一行一天，例如 2027-01-01；落在周末的也写。",
  },
  {
    path: ["workdays"],
    label: "要补班的周六、周日",
    as: "days",
    isFlow: true,
    hint: "一行一天；没有就空着。",
  },
];

const RESPONSE: readonly Field[] = [
  {
    path: ["use"],
    label: "什么时候说",
    as: "text",
    most: 200,
    isNeeded: true,
    hint: "给编辑看的，来访者看不到。花括号里的代号由系统填上，这里写着各是什么。",
  },
  {
    path: ["texts", "0"],
    label: "说什么",
    as: "text",
    most: 500,
    isNeeded: true,
    hint: "花括号里的代号照原样留着，一个不能少。空一行就分成两条消息。按钮在「原文」里改。",
  },
  {
    path: ["texts", "1"],
    label: "换着说的另一句",
    as: "text",
    most: 500,
    hint: "填了就在两句里随机说一句；花括号里的代号也要写全。",
  },
];

const TRUST = [
  ["two_sources", "两个来源都这样说"],
  ["one_source", "一个来源"],
  ["secondary", "转载或二手来源"],
  ["unconfirmed", "待核"],
] as const;

const INSTITUTION: readonly Field[] = [
  { path: ["label"], label: "这一类机构叫什么", as: "line", isNeeded: true },
  { path: ["does"], label: "管什么", as: "text", isNeeded: true },
  { path: ["seat"], label: "归哪里的管", as: "line", hint: "例如：违法行为地。" },
  {
    path: ["confirm"],
    label: "要来访者先核实什么",
    as: "text",
    hint: "「待核」的必须写。",
  },
  ...[
    ["county", "县（市、区）"],
    ["city", "设区市"],
    ["province", "省"],
  ].flatMap(([level, name]): Field[] => [
    {
      path: ["levels", level!, "name"],
      label: `${name}一级的名称`,
      as: "line",
      part: "各级名称",
      hint: level === "province" ? undefined : `{${level}} 会换成地名。`,
    },
    {
      path: ["levels", level!, "generic"],
      label: `还不知道在哪里时怎么叫（${name}）`,
      as: "line",
      part: "各级名称",
    },
    { path: ["levels", level!, "note"], label: `提醒（${name}）`, as: "line", part: "各级名称" },
  ]),
  {
    path: ["source"],
    label: "出处",
    as: "lines",
    isFlow: true,
    fewest: 1,
    hint: "一行一个：来源代号或者条文。",
  },
  { path: ["trust"], label: "可信程度", as: "code", choices: TRUST, isNeeded: true },
];

/** The fields of an item; none where its kind has no form. */
export function fieldsOf(kind: string, key: string): readonly Field[] {
  if (kind === "answer") return ANSWER;
  if (kind === "canned") return CANNED;
  if (kind === "response") return RESPONSE;
  if (kind === "holiday") return HOLIDAY;
  if (kind === "body") return INSTITUTION;
  if (kind !== "term") return [];
  const said = "用大白话一句话说清楚，不引条文。";
  return [{ path: [key], label: "解释", as: "text", isNeeded: true, hint: said }];
}

/** What a new item's text begins with. */
export function blankOf(kind: string, key: string): string {
  if (kind === "answer")
    return `id: ${key}\nasks: []\nsays: ""\nwhy: ""\narticles: []\nrights: []\nsituations: []\n`;
  if (kind === "canned") return `key: ${key}\ntitle: ""\ntext: ""\n`;
  if (kind === "term") return `${key}: ""\n`;
  if (kind === "holiday") return `year: ${key}\nsource: ""\ndays_off: []\nworkdays: []\n`;
  if (kind === "body")
    return `kind: ${key}\nlabel: ""\ndoes: ""\nlevels: {}\nsource: []\ntrust: unconfirmed\n`;
  return "";
}
