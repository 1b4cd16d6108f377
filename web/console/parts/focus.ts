/** Puts the cursor into a field, e.g. into the first one of a dialog that has just opened. */
export function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}
