/**
 * What a search over people's matters finds: names for the types that are generated from the
 * service's description. Excerpts are short, contacts are masked.
 */
import type { components } from "../../../widget/api/openapi";

type Schemas = components["schemas"];

export type FoundTicket = Schemas["FoundTicket"];
export type FoundConversation = Schemas["FoundConversation"];
export type FoundCaller = Schemas["FoundCaller"];
export type Found = Schemas["api__lookup__schemas__Found"];
