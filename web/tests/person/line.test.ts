import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../widget/api/api";
import type { LiveEvent } from "../../widget/api/events";
import { Line } from "../../widget/person/line";

const READY: LiveEvent = { id: "7", kind: "ready", data: {} };
const BROKEN = new ApiError("网络断了，正在重新连接。");
const REFUSED = new ApiError("人多。", { status: 503 });

/** What one attempt at the line gives: events, and how it ends. */
type Attempt = { events?: LiveEvent[]; standsFor?: number; ends?: ApiError };

describe("the line", () => {
  let attempts: Attempt[];
  let asked: { after: string; at: number }[];
  let looks: number;
  let isWithPerson: boolean;
  let isBroken: boolean;
  let line: Line;

  /** Without another attempt laid out the line stands until it is hung up. */
  async function* events(_: unknown, after: string, signal: AbortSignal) {
    asked.push({ after, at: Date.now() });
    const { events: told = [], standsFor, ends } = attempts.shift() ?? { standsFor: Infinity };
    yield* told;
    if (standsFor === Infinity)
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    else if (standsFor) await new Promise((resolve) => setTimeout(resolve, standsFor));
    if (ends) throw ends;
  }

  const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
  const times = () => asked.map(({ at }) => at / 1_000);

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    [attempts, asked, looks, isWithPerson, isBroken] = [[], [], 0, true, false];
    line = new Line(
      { events },
      {
        session: () => ({ id: "c1", token: "t" }),
        withPerson: () => isWithPerson,
        hear: () => {},
        look: async () => void looks++,
        broken: (broken) => (isBroken = broken),
      },
    );
  });

  afterEach(() => {
    line.close();
    vi.useRealTimers();
  });

  it("is taken up behind the last event", async () => {
    attempts.push({ events: [READY, { ...READY, id: "9" }, { ...READY, id: "" }], ends: BROKEN });
    line.attend();
    await seconds(4);
    expect(asked.map(({ after }) => after)).toEqual(["", "9"]);
  });

  it("is tried ever more seldom while it does not come to stand, and looks do its work", async () => {
    attempts.push(...Array<Attempt>(6).fill({ ends: REFUSED }));
    line.attend();
    await seconds(200);
    expect(times()).toEqual([0, 4, 12, 28, 60, 120, 180]);
    expect(looks).toBe(180 / 4);
  });

  it("does without looks while no person is involved", async () => {
    isWithPerson = false;
    attempts.push({ ends: REFUSED }, { ends: REFUSED });
    line.attend();
    await seconds(60);
    expect(looks).toBe(0);
    expect(times()).toEqual([0, 4, 12]);
  });

  it("is taken up at once when the service ends it after a while, and not when it does soon", async () => {
    attempts.push({ events: [READY], standsFor: 300_000 }, { events: [READY], standsFor: 1_000 });
    line.attend();
    await seconds(310);
    expect(times()).toEqual([0, 300, 305]);
  });

  it("is tried at once when the browser is back on line", async () => {
    attempts.push(...Array<Attempt>(4).fill({ ends: BROKEN }));
    line.attend();
    await seconds(29);
    expect(isBroken).toBe(true);
    attempts.splice(0);
    attempts.push({ events: [READY], standsFor: Infinity });
    line.tryNow();
    await seconds(1);
    expect(times().at(-1)).toBe(29);
    expect(isBroken).toBe(false);
  });

  it("is down only where the network is, not where the service has no room", async () => {
    attempts.push({ ends: REFUSED });
    line.attend();
    await seconds(1);
    expect(isBroken).toBe(false);
  });

  it("is tried no more once it is hung up", async () => {
    attempts.push({ ends: BROKEN });
    line.attend();
    await seconds(1);
    line.close();
    await seconds(60);
    expect(times()).toEqual([0]);
    expect(looks).toBe(0);
  });
});
