import { describe, expect, it, vi } from "vitest";
import ReferralCard from "../widget/ReferralCard.vue";
import { mounted, words } from "./mounted";
import { aCitation, aReferral, aRemedy } from "./samples";

const LAWSUIT = aRemedy({ key: "civil_litigation", name: "民事诉讼" });

function card(changes: Parameters<typeof aReferral>[0], props: Record<string, unknown> = {}) {
  return mounted(ReferralCard, { referral: aReferral(changes), asks: [], ...props });
}

describe("the referral card", () => {
  it("reads from the conclusion to the office", () => {
    const deadline = { what: "处罚时效", period: "2年", from: "违法行为终了之日", due: null, basis: null };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    expect([...place.querySelectorAll("dt")].map(words)).toEqual([
      "结论",
      "依据",
      "下一步",
      "材料",
      "期限",
      "费用",
      "找谁",
    ]);
  });

  it("says by the law of which day it holds", () => {
    expect(words(card({}).place.querySelector("header"))).toContain("2026年11月22日");
  });

  it("opens the best remedy and folds the others", () => {
    const { place } = card({ remedies: [aRemedy(), LAWSUIT] });
    const remedies = [...place.querySelectorAll<HTMLDetailsElement>("details.remedy")];
    expect(remedies.map((remedy) => remedy.open)).toEqual([true, false]);
    expect(words(remedies[1])).toContain("民事诉讼");
  });

  it("tells which roads are closed, why and on what basis", () => {
    const road = { key: "admin_adjudication_patent", name: "专利侵权行政裁决", why: "只受理专利。" };
    const basis = [aCitation({ law: "专利法", article: "第六十五条" })];
    const { place } = card({ ruled_out: [{ ...road, basis }] });
    const text = words(place.querySelector(".ruled-out"));
    for (const part of ["这些路现在走不通", "专利侵权行政裁决", "只受理专利。", "《专利法》第六十五条"]) {
      expect(text).toContain(part);
    }
  });

  it("counts the days left from the referral's own day", () => {
    const deadline = { what: "答辩", period: "15日", from: "收到起诉状副本之日", due: "2026-12-03", basis: aCitation() };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    const text = words(place.querySelector(".deadlines"));
    expect(text).toContain("答辩：15日，自收到起诉状副本之日起");
    expect(text).toContain("截止 2026年12月3日还剩 11 天");
    expect(place.querySelector(".pressing")).not.toBeNull();
  });

  it("urges to act by the earlier day while the law is about to change", () => {
    const days = { due: "2027-01-31", act_by: "2026-12-31" };
    const deadline = { what: "提出异议", period: "3个月", from: "初步审定公告之日", ...days, basis: aCitation() };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    expect(words(place.querySelector(".deadlines"))).toContain("法律将要改动，请最晚在 2026年12月31日 办 还剩 39 天");
    expect(words(place.querySelector(".best"))).toContain("最早的期限是2026年12月31日");
  });

  it("says what is not sure about a day", () => {
    const note = "2027年的放假安排还没公布，只按周末顺延，遇节假日以实际为准。";
    const deadline = { what: "提出异议", period: "2个月", from: "公告之日", due: "2027-02-22", note, basis: null };
    const { place } = card({ remedies: [aRemedy({ deadlines: [deadline] })] });
    expect(words(place.querySelector(".deadlines"))).toContain(note);
  });

  it("leaves out what is not known", () => {
    const { place } = card({ remedies: [aRemedy({ body: null, fees: null, materials: [], basis: [] })] });
    expect([...place.querySelectorAll("dt")].map(words)).toEqual(["结论"]);
  });

  it("names the office only once the place is known", () => {
    const body = { kind: "market_regulation", name: null, city: null, county: null, note: "先找区县局" };
    const text = words(card({ remedies: [aRemedy({ body })] }).place.querySelector(".best"));
    expect(text).toContain("说明在哪个城市后才能确定");
    expect(text).toContain("先找区县局");
    expect(text).not.toContain("联系");
  });

  it("shows reminders of changes", () => {
    expect(words(card({ notices: ["新法2027年1月1日起施行。"] }).place.querySelector(".reminders"))).toContain("提醒");
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
