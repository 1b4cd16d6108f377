/**
 * Users of the desk and what they did: names for the types that are generated from the service's
 * description.
 */
import type { Role } from "../api/contract";
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type User = Schemas["UserEntry"];
export type NewUser = Schemas["NewUser"];
export type UserChange = Schemas["UserChanges"];
/** A new account with its first password, which is told this once. */
export type AddedUser = Schemas["AddedUser"];
export type FirstPassword = Schemas["FirstPassword"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];

export const ROLE_NAMES: Record<Role, string> = {
  operator: "坐席",
  supervisor: "班长",
  admin: "管理员",
  analyst: "分析员",
};

/** What each role is for, to choose by. */
export const ROLE_DUTIES: Record<Role, string> = {
  operator: "接待会话和来电，办工单",
  supervisor: "坐席的一切，另看全组、分派、审核答复、看统计",
  admin: "管账号、审计和设置，看不到会话和工单",
  analyst: "只看汇总统计，看不到个人信息",
};
