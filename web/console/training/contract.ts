/** Trainings: names for the types that are generated from the service's description. */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Training = Schemas["Training"];
export type Run = Schemas["RunShown"];
export type WholeRun = Schemas["WholeRun"];
export type Report = Schemas["Report"];
export type Scores = Schemas["Scores"];
export type Switching = Schemas["Switching"];
export type Floor = Schemas["Floor"];
export type Bin = Schemas["Bin"];
export type IntentScore = Schemas["IntentScore"];
