import type { Section } from "../keys/keyboard";

export const CONVERSATION_KEYS: Section = {
  title: "打开的会话",
  permission: "chat",
  shortcuts: [
    { id: "conversation.claim", keys: "c", does: "接入" },
    { id: "conversation.transfer", keys: "t", does: "转交给同事或其他机构" },
    { id: "conversation.handBack", keys: "h", does: "交回自动应答" },
    { id: "conversation.close", keys: "e", does: "结束服务" },
    { id: "conversation.ticket", keys: "o", does: "开工单" },
    { id: "conversation.toTicket", keys: "Shift+o", does: "看它的工单" },
    { id: "conversation.watch", keys: "w", does: "关注，或不再关注" },
    { id: "conversation.approve", keys: "a", does: "把待核对的自动答复发出去" },
    { id: "conversation.note", keys: "i", does: "写内部备注" },
    { id: "conversation.tag", keys: "l", does: "加标签" },
    { id: "conversation.facts", keys: "f", does: "改情况" },
    { id: "conversation.side", keys: "b", does: "显示或收起右边的情况栏" },
  ],
};
