import { save } from "../../../widget/cards/downloads/save";
import { dayInChina } from "../../../widget/api/dates";
import { failed } from "../../parts/toast";
import { ticketsCsv } from "../desk";
import { type Filters, queryOf } from "../filters";

/** Saves the tickets that these filters show, all pages of them, as a CSV file. */
export async function saveCsv(filters: Filters): Promise<void> {
  try {
    const csv = await ticketsCsv(queryOf(filters));
    save(csv, `工单-${dayInChina(new Date().toISOString())}.csv`, document.body);
  } catch (error) {
    failed(error);
  }
}
