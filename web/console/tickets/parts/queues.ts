import { onMounted, type Ref, shallowRef } from "vue";
import type { Queue } from "../contract";
import { queuesOf } from "../desk";

const queues = shallowRef<Queue[]>([]);
let look: Promise<void> | null = null;

/** The queues that tickets are dispatched to; they are looked up once. */
export function useQueues(): Ref<Queue[]> {
  onMounted(() => {
    look ??= queuesOf()
      .then((found) => void (queues.value = found))
      .catch(() => void (look = null));
  });
  return queues;
}
