const FRAGMENT = "#go=";
const LONGEST = 400;
const NOTICE = "#privacy";

/**
 * What stands behind `#go=` in the page's address; undefined where nothing does. It opens a
 * conversation, so it is taken out of the address bar and the history at once. The browser sends a
 * fragment to nobody.
 */
export function takenLink(): string | undefined {
  const { hash } = location;
  if (!hash.startsWith(FRAGMENT)) return undefined;
  takeAway();
  return hash.slice(FRAGMENT.length, FRAGMENT.length + LONGEST);
}

/**
 * Whether the page's address asks for the privacy notice. That is taken out of the address too, so
 * that the same link opens the notice a second time.
 */
export function takenNotice(): boolean {
  if (location.hash !== NOTICE) return false;
  takeAway();
  return true;
}

function takeAway(): void {
  history.replaceState(history.state, "", location.pathname + location.search);
}
