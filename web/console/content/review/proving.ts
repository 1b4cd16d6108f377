import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { type DeskEvents, events } from "../../api/events";
import type { Release } from "../contract";
import { desk } from "../desk";

const LOOK_EVERY_MS = 2_000;
/** Of these there is nothing to be shown again: it is over, or other content came between. */
const OVER = new Set(["superseded", "passed"]);
const UNDER_WAY = new Set(["making", "proving"]);

export type Service = Pick<typeof desk, "releases" | "release" | "prove">;

/**
 * The release that would bring a revision, as far as it is proved. Events tell how far it is; that
 * it is done is looked up, for an event may come from another process or not at all.
 */
export function useProof(
  service: Service = desk,
  line: Pick<DeskEvents, "on"> = events,
  everyMs = LOOK_EVERY_MS,
) {
  const release = shallowRef<Release | null>(null);
  const progress = ref<{ done: number; total: number } | null>(null);
  /** Whether it is not known yet if one was begun: whoever begins then, begins a second one. */
  const isLooking = ref(false);
  const isUnderWay = computed(() => release.value !== null && UNDER_WAY.has(release.value.state));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  /** Looks whether the revision was proved before; throws DeskError. */
  async function look(revisionId: number): Promise<void> {
    isLooking.value = true;
    try {
      const known = (await service.releases()).find(
        ({ revisions, state }) => revisions.includes(revisionId) && !OVER.has(state),
      );
      take(known ? await service.release(known.id) : null);
    } finally {
      isLooking.value = false;
    }
  }

  /** Begins anew; throws DeskError. */
  async function prove(revisionId: number, also: number[] = []): Promise<void> {
    take(await service.prove(revisionId, also));
  }

  function take(now: Release | null): void {
    if (isOver) return;
    if (now?.id !== release.value?.id) progress.value = null;
    release.value = now;
    clearTimeout(timer);
    if (isUnderWay.value) timer = setTimeout(() => void again(), everyMs);
  }

  async function again(): Promise<void> {
    const { id } = release.value!;
    try {
      take(await service.release(id));
    } catch {
      timer = setTimeout(() => void again(), everyMs);
    }
  }

  const off = line.on((event) => {
    if (event.release_id !== release.value?.id) return;
    if (typeof event.done === "number" && typeof event.total === "number")
      progress.value = { done: event.done, total: event.total };
  }, "content.proof");

  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
    off();
  });

  return { release, progress, isLooking, isUnderWay, look, prove, take };
}
