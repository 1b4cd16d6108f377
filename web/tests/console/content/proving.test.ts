import { effectScope } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeskEvent } from "../../../console/api/contract";
import type { Release } from "../../../console/content/contract";
import { type Service, useProof } from "../../../console/content/review/proving";
import { aRelease } from "./samples";

const REPORT = { cases: { looked_at: 3, changed: [] }, asks: { looked_at: 2, lost: [] } };

let known: Release[];
let hear: (event: DeskEvent) => void;
const service: Service = {
  releases: async () => known.map((one) => ({ ...one, report: null })),
  release: async (id) => known.find((one) => one.id === id)!,
  prove: async (id) => (known = [aRelease({ state: "making", revisions: [id] })])[0]!,
};
const line = {
  on: (listener: (event: DeskEvent) => void) => {
    hear = listener;
    return () => {};
  },
};
let scope = effectScope();
const proof = () => scope.run(() => useProof(service, line, 1_000))!;

beforeEach(() => {
  vi.useFakeTimers();
  known = [];
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

describe("what a revision would change", () => {
  it("is looked at again until it is known, whatever event is lost", async () => {
    const { release, isUnderWay, prove } = proof();
    await prove(11);
    expect(isUnderWay.value).toBe(true);
    known = [aRelease({ state: "proving" })];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(release.value?.state).toBe("proving");
    known = [aRelease({ report: REPORT })];
    await vi.advanceTimersByTimeAsync(1_000);
    expect([isUnderWay.value, release.value?.report]).toEqual([false, REPORT]);
  });

  it("tells how far it is, and nothing of other releases", async () => {
    const { progress, prove } = proof();
    await prove(11);
    hear({ kind: "content.proof", release_id: 99, done: 1, total: 2 });
    expect(progress.value).toBeNull();
    hear({ kind: "content.proof", release_id: 5, done: 20, total: 220 });
    expect(progress.value).toEqual({ done: 20, total: 220 });
  });

  it("is not known before it was looked up", async () => {
    known = [aRelease({ report: REPORT })];
    const { isLooking, look } = proof();
    const looked = look(11);
    expect(isLooking.value).toBe(true);
    await looked;
    expect(isLooking.value).toBe(false);
  });

  it("is there again after a reload, but not what is over", async () => {
    known = [aRelease({ id: 6, state: "superseded" }), aRelease({ id: 5, report: REPORT })];
    const { release, look } = proof();
    await look(11);
    expect([release.value?.id, release.value?.report]).toEqual([5, REPORT]);
    await look(12);
    expect(release.value).toBeNull();
  });

  it("is asked for no more once the page is left", async () => {
    const { release, prove } = proof();
    await prove(11);
    scope.stop();
    known = [aRelease()];
    await vi.advanceTimersByTimeAsync(5_000);
    expect(release.value?.state).toBe("making");
  });
});
