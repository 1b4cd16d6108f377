import { door, type Query } from "../api/http";
import type { AddedUser, AuditPage, FirstPassword, NewUser, User, UserChange } from "./contract";

export const listUsers = () => door.get<User[]>("/users");
/** The first password is told this once. */
export const addUser = (user: NewUser) => door.post<AddedUser>("/users", user);
export const changeUser = (id: number, change: UserChange) =>
  door.patch<User>(`/users/${id}`, change);
export const resetUser = (id: number) => door.post<FirstPassword>(`/users/${id}/reset`);

export const readAudit = (query: Query) => door.get<AuditPage>("/audit", query);
export const auditCsv = (query: Query) => door.file("/audit.csv", query);
