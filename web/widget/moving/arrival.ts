const FRAGMENT = "#go=";
const LONGEST = 400;

/**
 * What stands behind `#go=` in the page's address; undefined where nothing does. It opens a
 * conversation, so it is taken out of the address bar and the history at once. The browser sends a
 * fragment to nobody.
 */
export function takenLink(): string | undefined {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(FRAGMENT)) return undefined;
  history.replaceState(history.state, "", pathname + search);
  return hash.slice(FRAGMENT.length, FRAGMENT.length + LONGEST);
}
