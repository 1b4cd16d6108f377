import { computed, onBeforeUnmount, ref } from "vue";

const EVERY = 1_000;

/** Whole minutes that are left of so many seconds, by a clock that nobody sets; 0 when it is over. */
export function useRemaining() {
  const ends = ref(0);
  const now = ref(0);
  const timer = setInterval(() => (now.value = performance.now()), EVERY);
  onBeforeUnmount(() => clearInterval(timer));
  return {
    minutes: computed(() => Math.max(0, Math.ceil((ends.value - now.value) / 60_000))),
    begin(seconds: number): void {
      now.value = performance.now();
      ends.value = now.value + seconds * 1_000;
    },
  };
}
