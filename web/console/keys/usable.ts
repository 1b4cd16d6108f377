import type { Permission } from "../api/contract";
import type { Section } from "./keyboard";

/** The shortcuts that do something for whoever has these permissions. */
export function usableBy(
  may: (permission: Permission) => boolean,
  sections: readonly Section[],
): Section[] {
  const isOpen = ({ permission }: { permission?: Permission }) => !permission || may(permission);
  return sections
    .filter(isOpen)
    .map((section) => ({ ...section, shortcuts: section.shortcuts.filter(isOpen) }));
}
