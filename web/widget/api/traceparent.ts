/**
 * The beginning of a trace (W3C Trace Context), by which an operator finds where a message spent
 * its time. It is random and made anew for each message, so it tells nothing of who sent it.
 */
export function traceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, "0")).join("");
}
