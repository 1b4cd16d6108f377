import { beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { door } from "../../../console/api/http";
import { DeskError } from "../../../console/api/problems";
import { useNoting } from "../../../console/calls/noting";
import { dropOutboxes } from "../../../console/composer/outboxes";

const post = vi.spyOn(door, "post");
const paths = () => post.mock.calls.map(([path]) => path);

/** The call's page after a reload. */
function noting() {
  dropOutboxes(null);
  return effectScope().run(() => useNoting("k1", 1, async () => {}))!;
}

beforeEach(() => {
  localStorage.clear();
  post.mockReset().mockResolvedValue(null);
});

describe("what is written down of a call", () => {
  it("goes to the caller's words or to one's own", async () => {
    const { note } = noting();
    await note("heard", "隔壁厂用我的牌子");
    await note("said", "先别去吵，把证据留好");
    expect(paths()).toEqual(["/calls/k1/heard", "/conversations/k1/messages"]);
  });

  it("carries the same id when it is sent again", async () => {
    post.mockRejectedValueOnce(new DeskError("单位的网关拦住了", 403));
    const { note, again, pending } = noting();
    await note("heard", "在南康");
    const [failed] = pending.value;
    expect(failed).toMatchObject({ state: "failed", text: "在南康", problem: "单位的网关拦住了" });
    await again(failed!.client_message_id);
    const ids = post.mock.calls.map(([, body]) => body as Record<string, string>);
    expect(ids[0]!.client_message_id).toBe(ids[1]!.client_message_id);
    expect(pending.value).toEqual([]);
  });

  it("is still the caller's after a reload that came before it was kept", async () => {
    post.mockRejectedValue(new DeskError("网络不通"));
    await noting().note("heard", "收到律师函");
    const { pending, takeBack } = noting();
    const { client_message_id } = pending.value[0]!;
    expect(takeBack(client_message_id)).toEqual({ voice: "heard", text: "收到律师函" });
    expect(noting().pending.value).toEqual([]);
  });
});
