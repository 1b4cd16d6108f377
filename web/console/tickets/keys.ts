import type { Section } from "../keys/keyboard";

export const TICKET_LIST_KEYS: Section = {
  title: "工单列表和看板",
  permission: "tickets",
  shortcuts: [
    { id: "tickets.next", keys: "j", does: "下一张" },
    { id: "tickets.previous", keys: "k", does: "上一张" },
    { id: "tickets.next", keys: "ArrowDown", does: "下一张" },
    { id: "tickets.previous", keys: "ArrowUp", does: "上一张" },
    { id: "tickets.left", keys: "ArrowLeft", does: "看板：左边一列" },
    { id: "tickets.right", keys: "ArrowRight", does: "看板：右边一列" },
    { id: "tickets.back", keys: "Shift+ArrowLeft", does: "看板：把工单移到左边的状态" },
    { id: "tickets.forth", keys: "Shift+ArrowRight", does: "看板：把工单移到右边的状态" },
    { id: "tickets.take", keys: "a", does: "由我办理" },
    { id: "tickets.view", keys: "v", does: "列表与看板之间切换" },
    { id: "tickets.find", keys: "/", does: "筛选工单" },
  ],
};

export const TICKET_KEYS: Section = {
  title: "一张工单",
  permission: "tickets",
  shortcuts: [
    { id: "ticket.note", keys: "n", does: "写内部备注" },
    { id: "ticket.progress", keys: "w", does: "写给来访者看的进展" },
    { id: "ticket.take", keys: "a", does: "由我办理" },
    { id: "ticket.move", keys: "m", does: "改状态" },
    { id: "ticket.step", keys: "e", does: "改下一步" },
    { id: "ticket.checklist", keys: "x", does: "勾材料清单" },
    { id: "ticket.refer", keys: "r", does: "做转交单" },
    { id: "ticket.conversation", keys: "c", does: "看它的对话" },
    { id: "ticket.list", keys: "u", does: "回到列表" },
  ],
};
