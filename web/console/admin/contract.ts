/** Users of the desk and what they did, as the routes under /api/desk/users and /audit give it. */
import type { Person, Role } from "../api/contract";

export interface User {
  id: number;
  /** What he signs in by. */
  name: string;
  display_name: string;
  role: Role;
  email: string | null;
  extension: string | null;
  active: boolean;
  must_change_password: boolean;
  created_at: string;
  last_seen_at: string | null;
}

export interface NewUser {
  name: string;
  display_name: string;
  role: Role;
  email: string | null;
  extension: string | null;
}

export type UserChange = Partial<Omit<NewUser, "name"> & { active: boolean }>;

export interface AuditEntry {
  id: number;
  at: string;
  /** null for the command line, and for tries to sign in. */
  staff: Person | null;
  what: string;
  object_kind: string;
  object_id: string;
  detail: Record<string, unknown>;
}

export interface AuditPage {
  items: AuditEntry[];
  /** What asks for the entries that follow, null when there are none. */
  before: number | null;
}

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
