import type { Section } from "../keys/keyboard";

export const CALL_KEYS: Section = {
  title: "来电",
  permission: "chat",
  shortcuts: [
    { id: "call.new", keys: "n", does: "新来电" },
    { id: "call.answer", keys: "Ctrl+Alt+j", does: "接起响铃的来电" },
    { id: "call.heard", keys: "h", does: "记来电者说的话" },
    { id: "call.said", keys: "r", does: "记我答复的话" },
    { id: "call.ticket", keys: "o", does: "开工单" },
    { id: "call.end", keys: "e", does: "结束通话" },
  ],
};
