import { describe, expect, it } from "vitest";
import { obstacleTo, toSend } from "../../../console/tickets/evidence/papers";

describe("a file for a ticket", () => {
  it("is a picture or a PDF, of any name", () => {
    expect(obstacleTo({ type: "image/webp", size: 1 })).toBe("");
    expect(obstacleTo({ type: "application/pdf", size: 5 * 1024 * 1024 })).toBe("");
  });

  it("is no program, no picture that holds scripts, nothing without a kind", () => {
    for (const type of ["application/x-msdownload", "image/svg+xml", "text/html", ""])
      expect(obstacleTo({ type, size: 1 })).toContain("PDF");
  });

  it("is not larger than the service takes", () => {
    expect(obstacleTo({ type: "image/jpeg", size: 30 * 1024 * 1024 })).toContain("5 MB");
  });

  it("is sent with its bytes, and with a name of bounded length", async () => {
    const file = new File(["ab"], `${"长".repeat(300)}.pdf`, { type: "application/pdf" });
    const sent = await toSend(file);
    expect(sent.data).toBe("YWI=");
    expect([...sent.name]).toHaveLength(200);
  });
});
