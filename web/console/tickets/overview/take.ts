import { wordsOf } from "../../api/problems";
import { me } from "../../api/session";
import { failed } from "../../parts/toast";
import { STATUS_NAMES, type Status, type TicketItem } from "../contract";
import { changeTicket } from "../desk";

/** Puts one's own name on a ticket; what came of it, for who listens to the page. */
export function take(ticket: TicketItem): Promise<string> {
  if (ticket.assignee?.id === me.value.id) return Promise.resolve("这张工单已经由您办理。");
  return attempted(
    () => changeTicket(ticket.number, ticket.version, { assignee: me.value.id }),
    `工单 ${ticket.number} 由您办理。`,
  );
}

/** Moves a ticket to another state. */
export function move(ticket: TicketItem, status: Status): Promise<string> {
  return attempted(
    () => changeTicket(ticket.number, ticket.version, { status }),
    `工单 ${ticket.number} 已移到“${STATUS_NAMES[status]}”。`,
  );
}

async function attempted(act: () => Promise<unknown>, done: string): Promise<string> {
  try {
    await act();
    return done;
  } catch (error) {
    failed(error);
    return wordsOf(error);
  }
}
