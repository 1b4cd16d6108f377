/**
 * What the service tells at once: that something happened in the conversation, never what was said.
 */
export interface LiveEvent {
  /** Where to resume after a line that broke; empty for what is not kept (typing). */
  id: string;
  /**
   * `conversation.message`, `conversation.claimed` and the like. The first one is `ready`: from here
   * on nothing is missed. After `resync` something was.
   */
  kind: string;
  data: Record<string, unknown>;
}

/**
 * Reads server-sent events from the body of an answer; `onSignOfLife` hears of every piece that
 * comes, comments too.
 *
 * `EventSource` cannot send the Authorization header, so the stream is read by hand: fields of
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  onSignOfLife: () => void,
): AsyncGenerator<LiveEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onSignOfLife();
      // A line may end in \r\n whose halves come in two pieces: \r alone is no end here.
      text = (text + decoder.decode(value, { stream: true })).replace(/\r\n/g, "\n");
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      yield* blocks.map(eventIn).filter((event) => event !== null);
    }
  } finally {
    void reader.cancel().catch(() => {}); // a broken line cannot be hung up
  }
}

/** The event of one block of lines; null for a comment and for what is no event of ours. */
function eventIn(block: string): LiveEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name) fields.set(name, (fields.has(name) ? `${fields.get(name)}\n` : "") + value);
  }
  const kind = fields.get("event");
  if (!kind) return null;
  return { id: fields.get("id") ?? "", kind, data: objectIn(fields.get("data") ?? "") };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
