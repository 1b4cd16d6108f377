// @vitest-environment node
import { describe, expect, it } from "vitest";
import { eventsOf } from "../../widget/api/events";

/** A body that comes in the given pieces. */
function aBody(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      pieces.forEach((piece) => controller.enqueue(piece));
      controller.close();
    },
  });
}

async function read(pieces: Uint8Array[]): Promise<unknown[]> {
  const events = [];
  for await (const event of eventsOf(aBody(pieces), () => {})) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const CLAIMED = 'event: conversation.claimed\nid: 7\ndata: {"operator":"王芳"}\n\n';

describe("server-sent events", () => {
  it("are read with their kind, their id and their data", async () => {
    expect(await read([bytes(CLAIMED)])).toEqual([
      { id: "7", kind: "conversation.claimed", data: { operator: "王芳" } },
    ]);
  });

  it("may come cut anywhere, within a character too", async () => {
    const whole = bytes(CLAIMED.repeat(2).replaceAll("\n", "\r\n"));
    const singly = [...whole].map((byte) => Uint8Array.of(byte));
    expect(await read(singly)).toEqual(await read([bytes(CLAIMED.repeat(2))]));
  });

  it("are not made of comments, of what has no kind, or of half an event at the end", async () => {
    const text = ": here\n\ndata: 1\n\nretry: 500\n\nevent: conversation.closed\nid: 8\n";
    expect(await read([bytes(text)])).toEqual([]);
  });

  it("may carry data that cannot be read: that something happened counts", async () => {
    for (const data of ["{", "null", '"x"'])
      expect(await read([bytes(`event: presence\ndata: ${data}\n\n`)])).toEqual([
        { id: "", kind: "presence", data: {} },
      ]);
  });

  it("give a sign of life with every piece, comments too", async () => {
    let signs = 0;
    const body = aBody([bytes(": here\n\n"), bytes(": still here\n\n")]);
    for await (const _ of eventsOf(body, () => signs++));
    expect(signs).toBe(2);
  });
});
