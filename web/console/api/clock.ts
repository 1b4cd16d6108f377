/** How far the service's clock is ahead of this machine's, in milliseconds. */
let ahead = 0;

/** Takes in what time it is by the service, as an answer that just came tells it. */
export function tellTime(at: string): void {
  ahead = Date.parse(at) - Date.now();
}

/** The present moment by the service's clock, in milliseconds; until it is told by this machine's. */
export function serviceNow(): number {
  return Date.now() + ahead;
}
