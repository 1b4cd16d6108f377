// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Door } from "../../../console/api/http";
import { createDesk, listen } from "../../console-mock.mjs";

let desk: ReturnType<typeof createDesk>;
let door: Door;
beforeEach(async () => {
  desk = createDesk();
  door = new Door(await listen(desk.server), [0]);
});
afterEach(() => void desk.server.close());

describe("the door to the service", () => {
  it("tells in the service's own words why something was refused", async () => {
    const refused = door.post("/session", { name: "zhou", password: "wrong" });
    await expect(refused).rejects.toMatchObject({
      status: 401,
      code: "sign_in_wrong",
      message: "账号或密码不对，请核对后再试。",
    });
  });

  it("says that nobody is signed in, so that the page asks to sign in", async () => {
    let asked = 0;
    door.onSignedOut = () => (asked += 1);
    await expect(door.get("/inbox")).rejects.toMatchObject({ code: "not_signed_in" });
    expect(asked).toBe(1);
  });

  it("tells a line that is down from a service that refuses", async () => {
    const nobody = new Door("http://127.0.0.1:9", [0]);
    await expect(nobody.get("/session")).rejects.toMatchObject({ status: 0, isPassing: true });
  });
});
