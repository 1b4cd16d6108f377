/**
 * What people really ask and sentences for training: names for the types that are generated from
 * the service's description.
 */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Groups = Schemas["Groups"];
export type Group = Groups["items"][number];
export type WholeGroup = Schemas["WholeGroup"];
export type Example = Schemas["Example"];
export type Nearest = Schemas["Nearest"];
export type Week = Schemas["Week"];
export type PutAside = Schemas["PutAside"];
export type What = PutAside["what"];
export type Reason = Example["reasons"][number];
export type Standing = keyof Groups["counts"] & string;

export type Label = Schemas["Label"];
export type LabelVocabulary = Schemas["LabelVocabulary"];
export type ChoiceGroup = Schemas["ChoiceGroup"];
export type ToRead = Schemas["ToRead"];
export type Next = Schemas["Next"];
export type SentencesPage = Schemas["SentencesPage"];
export type Sentence = Schemas["SentenceShown"];
export type Agreement = Schemas["Agreement"];
