/**
 * Gaps in the knowledge that rejected suggestions point to: names for the types that are generated
 * from the service's description.
 */
import type { components } from "../../../widget/api/openapi";

type Schemas = components["schemas"];

export type Gap = Schemas["Gap"];
export type Gaps = Schemas["Gaps"];
