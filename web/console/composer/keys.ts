import type { Section } from "../keys/keyboard";

/** How many suggestions have a key of their own. */
export const KEYED = 3;
const places = Array.from({ length: KEYED }, (_, index) => index + 1);

export const COMPOSER_KEYS: Section = {
  title: "答复与建议",
  permission: "chat",
  shortcuts: [
    { id: "composer.focus", keys: "r", does: "写答复" },
    ...places.map((place) => ({
      id: `suggestion.insert.${place}`,
      keys: `Alt+${place}`,
      does: `把建议 ${place} 放进答复，可以改`,
    })),
    ...places.map((place) => ({
      id: `suggestion.send.${place}`,
      keys: `Ctrl+Alt+${place}`,
      does: `直接发出建议 ${place}`,
    })),
    { id: "suggestion.fold", keys: "s", does: "展开或收起建议" },
    { id: "composer.canned", keys: "Alt+/", does: "插入常用语；在空的答复里按 / 也行" },
  ],
};
