import { describe, expect, it } from "vitest";
import type { Expert } from "../../../console/experts/contract";
import { expertOf, problemOf, typedOf } from "../../../console/experts/typed";

const CHEN: Expert = {
  ...{ id: 1, name: "陈晓", organisation: null, fields: ["陶瓷外观设计", "专利"], cities: [] },
  ...{ phone: "13807920001", email: null, note: null, consent: "given" },
  ...{ consent_on: "2026-03-01", consent_until: null, consent_how: "书面同意书" },
  ...{ added_by: "王芳", changed_at: "2026-03-01T10:00:00+08:00" },
};
const TODAY = "2026-11-29";

describe("an expert as typed", () => {
  it("comes back as it was", () => {
    const { id, consent, added_by, changed_at, ...kept } = CHEN;
    expect(expertOf(typedOf(CHEN))).toEqual(kept);
    expect([id, consent, added_by, changed_at]).not.toContain(undefined);
  });

  it("may be kept before the consent is there", () => {
    const none = { consent_on: "", consent_how: "" };
    expect(problemOf({ ...typedOf(CHEN), ...none }, TODAY)).toBe("");
  });

  it.each([
    [{ name: "" }, "姓名"],
    [{ fields: "、" }, "擅长"],
    [{ phone: "" }, "联系方式"],
    [{ phone: "打前台" }, "电话"],
    [{ email: "chen" }, "邮箱"],
    [{ consent_on: "2026-12-01" }, "今天以后"],
    [{ consent_how: "" }, "怎么同意"],
    [{ consent_on: "" }, "哪天同意"],
    [{ consent_until: "2026-02-01" }, "到期日"],
  ])("is not kept with %o", (wrong, words) => {
    expect(problemOf({ ...typedOf(CHEN), ...wrong }, TODAY)).toContain(words);
  });
});
