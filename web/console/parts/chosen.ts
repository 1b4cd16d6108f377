/** The value that was chosen in a native list of choices. */
export function chosen({ target }: Event): string {
  return (target as HTMLSelectElement).value;
}
