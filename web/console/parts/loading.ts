import { onScopeDispose, ref, type Ref, shallowRef } from "vue";

export interface Loaded<T> {
  /** What was looked up last; it stays while it is looked up anew. */
  value: Ref<T | null>;
  error: Ref<unknown>;
  loading: Ref<boolean>;
  /** Looks it up; an answer that a newer look-up has overtaken is dropped. */
  load: () => Promise<void>;
}

/** Something that is looked up and may fail. */
export function loaded<T>(look: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = ref(false);
  let newest = 0;

  async function load(): Promise<void> {
    const mine = ++newest;
    loading.value = true;
    try {
      const answer = await look();
      if (mine !== newest) return;
      value.value = answer;
      error.value = null;
    } catch (problem) {
      if (mine === newest) error.value = problem;
    } finally {
      if (mine === newest) loading.value = false;
    }
  }

  onScopeDispose(() => (newest = -1));
  return { value: value as Ref<T | null>, error, loading, load };
}

/** Calls `act` once for many calls in a short time. */
export function gathered(act: () => void, milliseconds = 250): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
