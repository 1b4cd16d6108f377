import { afterEach, describe, expect, it } from "vitest";
import type { DeskEvent } from "../../../console/api/contract";
import { DeskEvents } from "../../../console/api/events";
import { DeskError } from "../../../console/api/problems";
import { StreamReader } from "../../../console/api/sse";

describe("a stream of events", () => {
  it("is read whatever pieces it comes in", () => {
    const text =
      ': open\r\n\r\nid: 7\nevent: presence\ndata: {"a":1}\n\nid: 8\ndata: one\ndata: two\n\n';
    const whole = new StreamReader().read(text);
    const byLetter = new StreamReader();
    expect([...text].flatMap((letter) => byLetter.read(letter))).toEqual(whole);
    expect(whole).toEqual([
      { id: "7", event: "presence", data: '{"a":1}' },
      { id: "8", event: "message", data: "one\ntwo" },
    ]);
  });
});

/** A service that answers each opening by the next of these. */
function lines(...answers: (string | Error)[]) {
  const asked: string[] = [];
  return {
    asked,
    stream: async (_: string, lastId: string, signal: AbortSignal) => {
      asked.push(lastId);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (answer !== undefined) return new Response(answer);
      return new Response(
        new ReadableStream({
          start: (stream) => signal.addEventListener("abort", () => stream.close()),
        }),
      );
    },
  };
}

let open: DeskEvents | null = null;
afterEach(() => open?.stop());

function listening(source: ReturnType<typeof lines>) {
  const heard: DeskEvent[] = [];
  let gaps = 0;
  open = new DeskEvents(source, [0]);
  open.on((event) => heard.push(event));
  open.onGap(() => gaps++);
  open.start();
  return { heard, events: open, gaps: () => gaps };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const claimed = 'id: 41\nevent: conversation.claimed\ndata: {"conversation_id":"c1"}\n\n';

describe("the desk's line", () => {
  it("goes on behind the last event when it broke, and has lists looked up anew", async () => {
    const source = lines(claimed);
    const { heard, gaps } = listening(source);
    await until(() => source.asked.length === 2);
    await until(() => gaps() === 1);
    expect(source.asked).toEqual(["", "41"]);
    expect(heard).toMatchObject([{ kind: "conversation.claimed", conversation_id: "c1" }]);
  });

  it("comes back by itself when the service was away", async () => {
    const source = lines(new DeskError("网络不通"), new DeskError("故障", 503));
    const { events } = listening(source);
    await until(() => events.state.value === "live");
    expect(source.asked).toHaveLength(3);
  });

  it("ends when nobody is signed in any more", async () => {
    const source = lines(new DeskError("请先登录", 401, "not_signed_in"));
    const { events } = listening(source);
    await until(() => events.state.value === "off");
    expect(source.asked).toHaveLength(1);
  });

  it("passes over what it cannot read", async () => {
    const { heard } = listening(lines(`event: presence\ndata: not json\n\n${claimed}`));
    await until(() => heard.length > 0);
    expect(heard.map(({ kind }) => kind)).toEqual(["conversation.claimed"]);
  });
});
