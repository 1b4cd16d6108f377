import { fullMomentOf, spanOf } from "../parts/times";
import type { IntentScore, Report, Run, Switching } from "./contract";

export const STATES: Record<Run["state"], string> = {
  waiting: "等待开始",
  training: "训练中",
  comparing: "对比中",
  ready: "可以启用",
  refused: "没有通过",
  active: "正在使用",
  superseded: "用过，已换下",
  withdrawn: "启动不了，已停用",
  failed: "没有训练成",
  cancelled: "已取消",
};

const STEPS: Record<Switching["step"], string> = {
  starting: "正在启动一个新的对话引擎，约需一分钟；来访者照常由现用的模型回答。",
  warming: "正在用几句话试新模型。",
  rolling: "已经启用，正在逐个换下其余的对话引擎；来访者照常得到答复。",
  switched: "已换上。",
  failed: "没有换上。",
};

const SHIPPED = "shipped";

export function isUnderWay({ state }: Run): boolean {
  return state === "waiting" || state === "training" || state === "comparing";
}

export function isUsable({ state, model }: Run): boolean {
  return ["ready", "superseded", "withdrawn"].includes(state) && model !== null;
}

/** What a model is called: 第 12 次训练的模型. */
export function modelName(model: string): string {
  return model === SHIPPED ? "系统自带的模型" : `第 ${model.split("-")[0]} 次训练的模型`;
}

export function switchWords({ step, problem }: Switching): string {
  return problem ?? STEPS[step];
}

/** Who began a run when, with how many sentences, and how long it took. */
export function runWords(run: Run): string {
  const said = [`${run.started_by} 始于 ${fullMomentOf(run.started_at)}`];
  said.push(`工作台标注的 ${run.sentences} 句`);
  if (run.left_out) said.push(`另有 ${run.left_out} 句不能用来训练`);
  if (run.ended_at) {
    const seconds = (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000;
    said.push(`用时 ${spanOf(Math.round(seconds))}`);
  }
  return `${said.join("，")}。`;
}

/** A share as one reads it: 78.4%. */
export function shareWords(value: number | null): string {
  return value === null ? "—" : `${(value * 100).toFixed(1)}%`;
}

/** A difference of shares in points, with its sign; nothing where there is none. */
export function changeWords(before: number | null, after: number | null): string {
  const points = ((after ?? 0) - (before ?? 0)) * 100;
  if (Math.abs(points) < 0.05) return "不变";
  return `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;
}

/** One figure of both models; `goodWhen` says which way is better. */
export interface Line {
  name: string;
  before: string;
  after: string;
  change: string;
  tone: "good" | "bad" | "";
}

/** The figures at the head of a report. */
export function headLines({ held_out, cases }: Report): Line[] {
  const { before, after } = held_out;
  const count = (name: string, was: number, now: number): Line => ({
    ...{ name, before: `${was} 次`, after: `${now} 次` },
    ...{ change: now === was ? "不变" : `${now > was ? "+" : "−"}${Math.abs(now - was)}` },
    tone: toneOf(was - now),
  });
  return [
    line("宏平均 F1（每种意图一样重）", before.macro_f1, after.macro_f1),
    line("准确率", before.accuracy, after.accuracy),
    line("校准误差（越低越好）", before.ece, after.ece, -1),
    line("案例：首选办法可以接受", cases.before.acceptable, cases.after.acceptable),
    line("案例：首选办法最合适", cases.before.exact, cases.after.exact),
    count("案例：指到不该去的地方", cases.before.harm, cases.after.harm),
  ];
}

/** Every intent with both models' figures, the most changed first. */
export function intentLines(
  report: Report,
): (Line & { score: IntentScore; was: IntentScore | null })[] {
  const before = new Map(report.held_out.before.intents.map((one) => [one.intent, one]));
  return report.held_out.after.intents
    .map((score) => {
      const was = before.get(score.intent) ?? null;
      return { ...line(score.label, was?.f1 ?? 0, score.f1), score, was };
    })
    .sort((one, other) => distance(other) - distance(one) || one.score.f1 - other.score.f1);
}

function distance({ score, was }: { score: IntentScore; was: IntentScore | null }): number {
  return Math.abs(score.f1 - (was?.f1 ?? 0));
}

function line(name: string, before: number, after: number, goodWhen = 1): Line {
  const change = changeWords(before, after);
  const tone = change === "不变" ? "" : toneOf((after - before) * goodWhen);
  return { name, before: shareWords(before), after: shareWords(after), change, tone };
}

function toneOf(gain: number): Line["tone"] {
  if (gain === 0) return "";
  return gain > 0 ? "good" : "bad";
}
