/**
 * Copies text; false when the browser forbids it. Plain http has no clipboard API, so there the
 * text is copied the old way, from a text box that stands in `place` for a moment.
 */
export async function copy(text: string, place: HTMLElement): Promise<boolean> {
  if (!navigator.clipboard) return copyBySelection(text, place);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return copyBySelection(text, place);
    throw error;
  }
}

function copyBySelection(text: string, place: HTMLElement): boolean {
  const box = document.createElement("textarea");
  box.className = "hidden-visually";
  box.value = text;
  place.append(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  return copied;
}
