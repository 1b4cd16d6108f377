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
    expect(detailWords({ detail })).toBe('fields = ["status","queue"]；by = password');
  });
});
