/** After so long without a key or a click the page counts as left alone. */
const ATTENDED_MS = 60_000;
const SIGNS = ["keydown", "pointerdown", "wheel", "touchmove"] as const;

let lastSign = Date.now();

/** Notices that somebody is at the page. */
export function watchActivity(target: EventTarget = window): void {
  for (const sign of SIGNS)
    target.addEventListener(sign, () => (lastSign = Date.now()), { passive: true, capture: true });
}

/**
 * Whether somebody is at the page. What a page asks for by itself must not keep a session alive that
 * its user has left.
 */
export function isAttended(now = Date.now()): boolean {
  return now - lastSign < ATTENDED_MS;
}
