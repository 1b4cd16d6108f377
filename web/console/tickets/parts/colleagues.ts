import { onMounted, type Ref, shallowRef } from "vue";
import type { Colleague } from "../../api/contract";
import { door } from "../../api/http";
import { me } from "../../api/session";

/** Who works at the desk, oneself among them; nobody but oneself while that cannot be looked up. */
export function useColleagues(): Ref<Pick<Colleague, "id" | "name">[]> {
  const self = { id: me.value.id, name: me.value.display_name };
  const colleagues = shallowRef<Pick<Colleague, "id" | "name">[]>([self]);
  onMounted(async () => {
    try {
      colleagues.value = await door.get<Colleague[]>("/colleagues");
    } catch {
      // The page says what it can without them; the service judges every assignment anyway.
    }
  });
  return colleagues;
}
