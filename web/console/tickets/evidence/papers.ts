import { LARGEST_PICTURE, PICTURE_TYPES } from "../../../widget/api/contract";
import { inBase64 } from "../../../widget/pictures/files";

/** What staff may add to a ticket: the pictures that visitors may, and papers. */
export const PAPER_TYPES: readonly string[] = [...PICTURE_TYPES, "application/pdf"];
const LONGEST_NAME = 200;

/** A file as it is sent. */
export interface NewPaper {
  name: string;
  type: string;
  data: string;
}

/** Why a file cannot be added; empty where it can. The service looks at its bytes besides. */
export function obstacleTo({ type, size }: Pick<File, "type" | "size">): string {
  if (!PAPER_TYPES.includes(type)) return "只收 JPG、PNG、WebP 图片和 PDF，请换成其中一种。";
  if (size > LARGEST_PICTURE) return "一个文件不能超过 5 MB，请压缩或拆开再传。";
  return "";
}

/** A file as it is sent; rejects with a DOMException where the browser cannot read it. */
export async function toSend(file: File): Promise<NewPaper> {
  const name = [...file.name].slice(0, LONGEST_NAME).join("");
  return { name, type: file.type, data: await inBase64(file) };
}
