/** One event of a stream as it was sent. */
export interface Sent {
  id: string;
  event: string;
  data: string;
}

/**
 * Reads `text/event-stream` piece by piece, by the HTML standard's rules: a piece may end in the
 * middle of a line. Comments, which only keep the line open, give no event.
 */
export class StreamReader {
  private rest = "";
  private lastId = "";
  private event = "";
  private data: string[] = [];

  /** The events that this piece completes. */
  read(piece: string): Sent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.take(line));
  }

  private take(line: string): Sent[] {
    if (line === "") return this.finish();
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "id" && !value.includes("\0")) this.lastId = value;
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    return [];
  }

  private finish(): Sent[] {
    const sent = { id: this.lastId, event: this.event || "message", data: this.data.join("\n") };
    const isEmpty = this.data.length === 0;
    this.event = "";
    this.data = [];
    return isEmpty ? [] : [sent];
  }
}
