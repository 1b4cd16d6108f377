import { inject, type InjectionKey, onScopeDispose, provide, ref, type Ref } from "vue";
import type { DeskEvent } from "../../api/contract";
import { events } from "../../api/events";
import { DeskError } from "../../api/problems";
import { me } from "../../api/session";
import { gathered, loaded } from "../../parts/loading";
import { failed, told } from "../../parts/toast";
import type { Ticket, TicketChange } from "../contract";
import { changeTicket, readTicket } from "../desk";

/** One open ticket and what can be done to it. */
export interface Work {
  number: string;
  ticket: Ref<Ticket | null>;
  error: Ref<unknown>;
  /** True while something is under way. */
  busy: Ref<boolean>;
  load: () => Promise<void>;
  /** Does something, tells how it went and looks the ticket up anew; false when it failed. */
  act: (does: () => Promise<unknown>, done?: string) => Promise<boolean>;
  /** Changes the version of the ticket that is shown. */
  change: (change: TicketChange, done?: string) => Promise<boolean>;
}

const WORK: InjectionKey<Work> = Symbol("work on a ticket");

/** Opens a ticket for the component and for all within it. */
export function openTicket(number: string): Work {
  const { value: ticket, error, load } = loaded(() => readTicket(number));
  const busy = ref(false);

  async function act(does: () => Promise<unknown>, done = ""): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      const answer = await does();
      if (done) told(done);
      if (isThis(answer)) ticket.value = answer;
      else await load();
      return true;
    } catch (problem) {
      failed(problem);
      // Somebody was faster: what he did is shown before it is tried again.
      if (problem instanceof DeskError && problem.status === 409) await load();
      return false;
    } finally {
      busy.value = false;
    }
  }

  /** Most changes are answered with the ticket as it is then: it need not be read once more. */
  function isThis(answer: unknown): answer is Ticket {
    const told = answer as Partial<Ticket> | null;
    return told?.number === number && told.moves !== undefined;
  }

  function change(change: TicketChange, done?: string): Promise<boolean> {
    return act(() => changeTicket(number, ticket.value!.version, change), done);
  }

  const again = gathered(() => void load());
  /** Each look is written into the audit log, so that one's own doings lead to none. */
  function hear({ ticket_number, staff_id }: DeskEvent): void {
    if (ticket_number === number && staff_id !== me.value.id) again();
  }
  const leaves = [
    events.on(hear, "ticket.changed", "ticket.note", "ticket.due"),
    events.onGap(again),
  ];
  onScopeDispose(() => leaves.forEach((leave) => leave()));

  const work = { number, ticket, error, busy, load, act, change };
  provide(WORK, work);
  void load();
  return work;
}

/** The ticket that a component stands in, which is known by then. */
export function useWork(): Work & { ticket: Ref<Ticket> } {
  return inject(WORK)! as Work & { ticket: Ref<Ticket> };
}
