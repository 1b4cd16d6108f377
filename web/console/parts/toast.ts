import { ElMessage } from "element-plus";
import { wordsOf } from "../api/problems";

/** Tells in passing that something is done. */
export function told(words: string): void {
  ElMessage({ message: words, type: "success", grouping: true, duration: 2_500 });
}

/** Tells that something was not done, and why; it stays long enough to be read. */
export function failed(error: unknown): void {
  ElMessage({
    message: wordsOf(error),
    type: "error",
    grouping: true,
    duration: 8_000,
    showClose: true,
  });
}

/** Does something, tells where it fails; gives whether it was done. */
export async function done(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}
