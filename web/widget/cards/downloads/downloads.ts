import { type Ref, ref } from "vue";
import { ApiError } from "../../api/api";
import { save } from "./save";

interface Download {
  /** Tells this file from the others of the same place. */
  key: string;
  fetch: () => Promise<Blob>;
  name: string;
  /** What to say once it is saved. */
  done: string;
}

/** Downloads into a place, one at a time, with what there is to tell about it. */
export function useDownloads(place: Ref<HTMLElement | undefined>) {
  /** Key of the file that is on its way. */
  const fetching = ref("");
  const told = ref({ text: "", failed: false });

  async function download({ key, fetch, name, done }: Download): Promise<void> {
    if (fetching.value) return;
    fetching.value = key;
    told.value = { text: "", failed: false };
    try {
      save(await fetch(), name, place.value!);
      told.value = { text: done, failed: false };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      told.value = { text: error.message, failed: true };
    } finally {
      fetching.value = "";
    }
  }

  return { fetching, told, download };
}
