/** How long the browser may take to read a file that is being saved, in milliseconds. */
const READING = 60_000;

/** Saves a file under a name, by a link that stands in `place` for a moment. */
export function save(file: Blob, name: string, place: HTMLElement): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.className = "hidden-visually";
  link.href = address;
  link.download = name;
  place.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), READING);
}
