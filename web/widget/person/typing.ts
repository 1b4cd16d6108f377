/** The other side hears at most so often that somebody is writing, in milliseconds. */
const TOLD_EVERY = 3_000;
/** Who has not touched a key for so long writes no more, in milliseconds. */
const STOPS_AFTER = 5_000;
/** What was heard of the other side holds so long, in milliseconds. */
const HOLDS_FOR = 7_000;

/** Tells the other side that the visitor is writing: soon, seldom, and when he has stopped. */
export class OwnTyping {
  private toldAt = -Infinity;
  private stops: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (typing: boolean) => void) {}

  /** A key was touched; `hasText` is false once the box is empty. */
  touched(hasText: boolean): void {
    clearTimeout(this.stops);
    if (!hasText) return this.stop();
    this.stops = setTimeout(() => this.stop(), STOPS_AFTER);
    if (Date.now() - this.toldAt < TOLD_EVERY) return;
    this.toldAt = Date.now();
    this.tell(true);
  }

  /** Nothing is being written any more. */
  stop(): void {
    clearTimeout(this.stops);
    if (this.toldAt === -Infinity) return;
    this.toldAt = -Infinity;
    this.tell(false);
  }
}

/** Whether the other side is writing: it may vanish without a word. */
export class TheirTyping {
  private ends: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: (typing: boolean) => void) {}

  heard(typing: boolean): void {
    clearTimeout(this.ends);
    this.show(typing);
    if (typing) this.ends = setTimeout(() => this.show(false), HOLDS_FOR);
  }
}
