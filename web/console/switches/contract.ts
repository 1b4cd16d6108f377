/**
 * Switches over what the bot says, and banners: names for the types that are generated from the
 * service's description.
 */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Switches = Schemas["Switches"];
export type Switch = Schemas["Switch"];
export type Banner = Schemas["Banner"];
export type Topic = Schemas["SwitchTopic"];
export type NewSwitch = Schemas["NewSwitch"];
export type NewBanner = Schemas["NewBanner"];
export type Mode = Switch["mode"];

/** The topic that stands for everything that the bot says. */
export const EVERYTHING = "*";
export const LONGEST_BANNER = 120;
export const LONGEST_NOTE = 200;
