/**
 * What to say to a visitor who pastes or drops files; empty where there are none, or where words
 * come along, as from a word processor: the words are taken.
 */
export function wordsForFiles(given: DataTransfer | null): string {
  const files = [...(given?.files ?? [])];
  if (!files.length || given?.getData("text/plain")) return "";
  return files.every(({ type }) => type.startsWith("image/"))
    ? "现在还收不了图片，请把上面的字打出来。"
    : "现在还收不了文件，请把里面要紧的话打出来。";
}
