import type { Section } from "../keys/keyboard";

const NUMBERS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"] as const;

export const ASKED_KEYS: Section = {
  title: "大家在问",
  permission: "content",
  shortcuts: [
    { id: "asked.answer", keys: "n", does: "为这一组写新答复" },
    { id: "asked.sentence", keys: "t", does: "把勾选的句子取作训练句" },
    { id: "asked.notOurs", keys: "x", does: "这一组不归我们" },
    { id: "asked.list", keys: "u", does: "回到列表" },
  ],
};

/** The tenth choice is 0. */
export const keyOf = (place: number): string => NUMBERS[place] ?? "";

export const LABEL_KEYS: Section = {
  title: "标注",
  permission: "content",
  shortcuts: [
    ...NUMBERS.map((keys, place) => ({
      id: `label.${place}`,
      keys,
      does: place ? `选第 ${place + 1} 项` : "选第 1 项（以此类推，0 是第 10 项）",
    })),
    { id: "label.next", keys: "Enter", does: "下一步，最后一步是存下、标下一句" },
    { id: "label.back", keys: "Backspace", does: "上一步" },
    { id: "label.all", keys: "a", does: "照现在这样全部存下" },
    { id: "label.skip", keys: "s", does: "先跳过这句" },
    { id: "label.leaveOut", keys: "x", does: "这句不适合训练" },
  ],
};
