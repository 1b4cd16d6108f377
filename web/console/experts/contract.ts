/** The roster of experts: names for the types that are generated from the service's description. */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Roster = Schemas["Roster"];
export type Expert = Schemas["Expert"];
export type NewExpert = Schemas["NewExpert"];
export type Why = "withdrawn" | "mistake";

export const CONSENT: Record<Expert["consent"], string> = {
  given: "已同意",
  missing: "还没同意",
  later: "还没到同意日期",
  over: "同意已到期",
};
