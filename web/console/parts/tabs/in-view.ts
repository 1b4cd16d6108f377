import { nextTick, watch, type Ref } from "vue";
import { useRoute } from "vue-router";

/** Scrolls the link of the open page into view, in a row of links that is wider than the screen. */
export function keepsHereInView(row: Ref<HTMLElement | null>): void {
  const route = useRoute();
  watch([() => route.name, row], async () => {
    await nextTick();
    const here = row.value?.querySelector("[aria-current]");
    here?.scrollIntoView?.({ block: "nearest", inline: "center" });
  });
}
