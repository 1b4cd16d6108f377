/** The directory as it is edited: names for the types that are generated from the service's description. */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Overview = Schemas["InstitutionsOverview"];
export type Institution = Schemas["InstitutionShown"];
export type Pending = Schemas["PendingRevision"];
export type Kind = Schemas["InstitutionKind"];
export type City = Schemas["CityShown"];
export type Alike = Schemas["AlikeShown"];
export type Gap = Schemas["GapShown"];
export type Fields = Required<Schemas["InstitutionFields"]>;
export type Serves = "county" | "city" | "province";

export const KIND = "institution";
