import { LARGEST_PICTURE, PICTURE_TYPES, type NewPicture } from "../api/contract";

/**
 * The files that a visitor pastes or drops; none where words come along, as from a word processor:
 * the words are taken.
 */
export function filesIn(given: DataTransfer | null): File[] {
  return given?.getData("text/plain") ? [] : [...(given?.files ?? [])];
}

/** What to say of files while there is no ticket that pictures could be added to. */
export function wordsForFiles(files: File[]): string {
  return files.every(({ type }) => type.startsWith("image/"))
    ? "现在还收不了图片，请把上面的字打出来。"
    : "现在还收不了文件，请把里面要紧的话打出来。";
}

/** Why a file cannot be added to a ticket; empty where it can. */
export function obstacleTo({ type, size }: File): string {
  if (!type.startsWith("image/")) return "工单里只收图片，文件里要紧的话请打出来。";
  if (!isTaken(type)) return "只收 JPG、PNG、WebP 格式的图片，请换成其中一种，例如截一张图。";
  if (size > LARGEST_PICTURE) return "一张图片不能超过 5 MB，请压缩或截取要紧的部分再发。";
  return "";
}

/** A picture as it is sent; rejects with a DOMException where the browser cannot read it. */
export async function toSend(file: File): Promise<NewPicture> {
  const { name, type } = file;
  if (!isTaken(type)) throw new TypeError(type);
  return { name: [...name].slice(0, 200).join(""), type, data: await inBase64(file) };
}

/** A size as people read it. */
export function sizeInWords(bytes: number): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return kilobytes < 1024 ? `${kilobytes} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function isTaken(type: string): type is NewPicture["type"] {
  return (PICTURE_TYPES as readonly string[]).includes(type);
}

/** A file as it travels in JSON; rejects with a DOMException where the browser cannot read it. */
export function inBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
