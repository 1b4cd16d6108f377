import { describe, expect, it, vi } from "vitest";
import type { Deadline } from "../../widget/api/contract";
import ReferralCard from "../../widget/cards/ReferralCard.vue";
import { mounted, words } from "../mounted";
import { aCitation, aDeadline, aReferral, aRemedy } from "../samples";

const LAWSUIT = aRemedy({ key: "civil_litigation", name: "民事诉讼" });

function card(changes: Parameters<typeof aReferral>[0], props: Record<string, unknown> = {}) {
  return mounted(ReferralCard, { referral: aReferral(changes), asks: [], as: "newest", ...props });
}

describe("the referral card", () => {
  it("says first what to do, by when and where, and unfolds the rest on demand", () => {
    const { place } = card({
      remedies: [aRemedy({ gives: "让他停", limits: "不判赔偿", deadlines: [aDeadline()] })],
    });
    const best = place.querySelector(".best")!;
    const folds = [...best.querySelectorAll<HTMLDetailsElement>("details")];
    expect(folds.map((fold) => [words(fold.querySelector("h4")), fold.open])).toEqual([
      ["要准备什么", false],
      ["期限、时间和费用", false],
      ["依据和理由", false],
    ]);
    folds.forEach((fold) => fold.remove());
    expect([...best.querySelectorAll("dt")].map(words)).toEqual(["最晚", "找谁"]);
    const parts = [
      "您的注册商标被人用在",
      "赣州市南康区市场监督管理局",
      "2026年12月3日",
      "还剩 11 天",
      "提交答辩",
    ];
    for (const part of parts) expect(words(best)).toContain(part);
  });

  it("keeps every detail that is known under a name of its own", () => {
    const { place } = card({
      remedies: [aRemedy({ gives: "让他停", limits: "不判赔偿", deadlines: [aDeadline()] })],
    });
    expect([...place.querySelectorAll(".best details dt")].map(words)).toEqual([
      "材料",
      "证据",
      "期限",
      "时间",
      "费用",
      "能做到",
      "做不到",
      "依据",
      "为什么排在前面",
    ]);
  });

  it("tells how to come by each piece of evidence and lets it be ticked off", () => {
    const { place, ticked } = card({});
    const [valid] = [...place.querySelectorAll<HTMLLabelElement>(".checklist label")];
    expect(words(valid)).toContain("商标现在有效、归您");
    expect(words(valid)).toContain("到中国商标网查一份当天的状态页");
    valid?.querySelector("input")?.click();
    expect([...ticked]).toEqual(["商标现在有效、归您"]);
  });

  it("gives other matters of the same message cards of their own, named by their first remedy", () => {
    const registration = aRemedy({
      name: "商标异议",
      deadlines: [aDeadline({ what: "提出商标异议" })],
    });
    const { place } = card({ others: [aReferral({ remedies: [registration, LAWSUIT] })] });
    const [, beside] = [...place.querySelectorAll(".card")];
    expect(words(beside?.querySelector("h3"))).toBe("另一件事：商标异议");
    expect(words(beside?.querySelector(".urgent-day.pressing"))).toContain("提出商标异议");
    expect(words(place.querySelector("h3"))).toContain("先说这件");
  });

  it("says by the law of which day it holds", () => {
    expect(words(card({}).place.querySelector(".card-foot"))).toContain(
      "2026年11月22日 有效的规定",
    );
  });

  it("shows the best remedy and folds the others, each with its office and its last day", () => {
    const appeal = aRemedy({
      ...LAWSUIT,
      deadlines: [aDeadline({ due: "2027-01-20", act_by: "2027-01-20" })],
    });
    const { place } = card({ remedies: [aRemedy(), appeal] });
    expect(words(place.querySelector("h3"))).toBe("建议这样办：商标行政投诉（市场监管）");
    const other = place.querySelector<HTMLDetailsElement>("details.remedy");
    expect(other?.open).toBe(false);
    expect(words(other?.querySelector("summary"))).toContain("民事诉讼");
    expect(words(other?.querySelector("summary"))).toContain("最晚 2027年1月20日");
  });

  it("tells which roads are closed, why and on what basis", () => {
    const road = {
      key: "admin_adjudication_patent",
      name: "专利侵权行政裁决",
      why: "只受理专利。",
    };
    const basis = [aCitation({ law: "专利法", short: "专利法", article: "第六十五条" })];
    const { place } = card({ ruled_out: [{ ...road, basis }] });
    const text = words(place.querySelector(".ruled-out"));
    for (const part of [
      "这些路现在走不通",
      "专利侵权行政裁决",
      "只受理专利。",
      "《专利法》第六十五条",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("counts the days left from the referral's own day", () => {
    const { place } = card({ remedies: [aRemedy({ deadlines: [aDeadline()] })] });
    const text = words(place.querySelector(".deadlines"));
    expect(text).toContain("提交答辩：15日，自收到起诉状副本之日起");
    expect(text).toContain("截止 2026年12月3日还剩 11 天");
    expect(place.querySelector(".pressing")).not.toBeNull();
  });

  it("urges to act by the earlier day while the law is about to change", () => {
    const days = { due: "2027-01-31", act_by: "2026-12-31" };
    const deadline = {
      what: "提出异议",
      period: "3个月",
      from: "初步审定公告之日",
      ...days,
      basis: aCitation(),
    };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    expect(words(place.querySelector(".deadlines"))).toContain(
      "法律将要改动，请最晚在 2026年12月31日 办 还剩 39 天",
    );
    expect(words(place.querySelector(".urgent-day .due"))).toContain("2026年12月31日");
  });

  it("says what is not sure about a day", () => {
    const note = "2027年的放假安排还没公布，只按周末顺延，遇节假日以实际为准。";
    const deadline = {
      what: "提出异议",
      period: "2个月",
      from: "公告之日",
      due: "2027-02-22",
      note,
      basis: null,
    };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    expect(words(place.querySelector(".deadlines"))).toContain(note);
  });

  it("marks the deadline that runs out first, and one that is over only where nothing else is left", () => {
    const over = aDeadline({ what: "早过了", due: "2026-11-01", act_by: "2026-11-01" });
    const later = aDeadline({ what: "提交证据", due: "2027-02-01", act_by: "2027-02-01" });
    const marked = (...deadlines: Deadline[]) =>
      words(card({ remedies: [aRemedy({ deadlines })] }).place.querySelector(".urgent-day"));
    expect(marked(later, over, aDeadline())).toContain("提交答辩");
    expect(marked(over)).toContain("已过期");
  });

  it("tells the period where the day that it runs from is not known", () => {
    const { place } = card({
      remedies: [aRemedy({ deadlines: [aDeadline({ due: null, act_by: null })] })],
    });
    expect(words(place.querySelector(".best > .remedy-detail > .steps"))).toContain(
      "提交答辩：15日，自收到起诉状副本之日起",
    );
    expect(place.querySelector(".urgent-day")).toBeNull();
  });

  it("tells once from which day something can be done", () => {
    const opens = {
      due: null,
      act_by: null,
      opens_on: "2027-03-08",
      note: "2027-03-08起才可以办。",
    };
    const { place } = card({
      remedies: [aRemedy({ deadlines: [aDeadline({ ...opens, what: "可以提出撤三" })] })],
    });
    const text = words(place.querySelector(".deadlines"));
    expect(text).toContain("2027年3月8日 起可以办 还要等 106 天");
    expect(text).not.toContain("2027-03-08");
  });

  it("leaves out what is not known", () => {
    const nothing = {
      body: null,
      fees: null,
      materials: [],
      basis: [],
      evidence: [],
      duration: null,
      order: [],
    };
    const { place } = card({ remedies: [aRemedy(nothing)] });
    expect(place.querySelector("dt, details")).toBeNull();
  });

  it("names the office only once the place is known", () => {
    const body = {
      kind: "market_regulation",
      name: null,
      city: null,
      county: null,
      note: "先找区县局",
    };
    const text = words(card({ remedies: [aRemedy({ body })] }).place.querySelector(".best"));
    expect(text).toContain("说明在哪个城市后才能确定");
    expect(text).toContain("先找区县局");
    expect(text).not.toContain("联系");
  });

  it("shows reminders of changes", () => {
    expect(
      words(card({ notices: ["新法2027年1月1日起施行。"] }).place.querySelector(".reminders")),
    ).toContain("提醒");
  });

  it("opens a source and marks what is no verbatim law or not yet in force", () => {
    const digest = aCitation({ kind: "digest", in_force_from: "2027-01-01", in_force_to: null });
    const { place, opened } = card({ remedies: [aRemedy({ basis: [digest] })] });
    const chip = place.querySelector<HTMLButtonElement>(".chip");
    expect(words(chip)).toBe("《商标法》第五十七条 要旨尚未施行");
    chip?.click();
    expect(opened).toEqual([digest]);
  });

  it("answers an ask with the option's words", () => {
    const onAnswer = vi.fn();
    const asks = [{ slot: "goal", question: "最想要什么？", options: ["马上停", "赔偿"] }];
    const { place } = card({}, { asks, onAnswer });
    place.querySelectorAll<HTMLButtonElement>(".asks button")[1]?.click();
    expect(onAnswer).toHaveBeenCalledWith("赔偿");
  });
});
