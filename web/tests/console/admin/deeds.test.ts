import { describe, expect, it } from "vitest";
import { deedWords, detailWords } from "../../../console/admin/deeds";

describe("an entry of the audit log", () => {
  it("is told in words", () => {
    expect(deedWords("ticket.read")).toBe("工单：查看");
    expect(deedWords("session.refused")).toBe("登录失败");
    expect(deedWords("approval.reject")).toBe("答复审核：不发");
  });

  it("stands as its code where there are no words for it, so that nothing is hidden", () => {
    expect(deedWords("ticket.unheard_of")).toBe("ticket.unheard_of");
    expect(deedWords("")).toBe("");
  });

  it("names its details in one line", () => {
    const detail = { fields: ["status", "queue"], by: "password", note: null };
    expect(detailWords({ detail })).toBe("改了：状态、队列；方式：密码");
  });

  it("keeps details and codes that have no words as they are", () => {
    expect(detailWords({ detail: { unheard_of: "x1", by: "smoke" } })).toBe(
      "unheard_of：x1；方式：smoke",
    );
    expect(detailWords({ detail: { unheard_of: { a: 1 } } })).toBe('unheard_of：{"a":1}');
  });
});
