/** Users of the desk and what they did, as the routes under /api/desk/users and /audit give it. */

export type Role = "operator" | "supervisor" | "admin" | "analyst";

export interface User {
  id: number;
  name: string;
  display_name: string;
  role: Role;
  active: boolean;
  extension: string | null;
  must_change_password: boolean;
  last_seen_at?: string | null;
}

export interface NewUser {
  name: string;
  display_name: string;
  role: Role;
  extension?: string | null;
}

/** A password that is shown once and never again. */
export interface FirstPassword {
  password: string;
}

export interface AuditEntry {
  id: number;
  at: string;
  staff: { id: number; name: string } | null;
  what: string;
  object_kind: string;
  object_id: string;
  detail: Record<string, unknown>;
}
