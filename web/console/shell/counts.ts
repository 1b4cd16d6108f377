import { ref, type Ref, watchEffect } from "vue";

const TITLE = "工作台 · 江西知识产权维权援助热线";
const unanswered = ref(0);

/** How many visitors wait for somebody; the page's title tells it too. */
export function useCounts(): { unanswered: Ref<number> } {
  return { unanswered };
}

watchEffect(() => {
  document.title = unanswered.value ? `(${unanswered.value}) ${TITLE}` : TITLE;
});
