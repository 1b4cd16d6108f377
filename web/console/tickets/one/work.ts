import { inject, type InjectionKey, onScopeDispose, provide, ref, type Ref } from "vue";
import { events } from "../../api/events";
import { DeskError } from "../../api/problems";
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
      await does();
      if (done) told(done);
      await load();
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

  function change(change: TicketChange, done?: string): Promise<boolean> {
    return act(() => changeTicket(number, ticket.value!.version, change), done);
  }

  const again = gathered(() => void load());
  const leaves = [
    events.on(
      (event) => event.ticket_number === number && again(),
      "ticket.changed",
      "ticket.note",
    ),
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
