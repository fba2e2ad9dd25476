/** The page of people who are signed in. */
export const HOME = "/admin";
const CHARACTERS_MAX = 500;
/** An address is read as if it were of this host, which is nobody's. */
const NOWHERE = "https://orb.invalid";

/**
 * @param asked where somebody wants to go once they are signed in, as it came
 * @returns the path and query as browsers read them, if that is a page below `HOME`; `null` for any other address
 */
export function nextPage(asked: string): string | null {
  if (asked.length > CHARACTERS_MAX) return null;
  const url = URL.parse(asked, NOWHERE);
  if (url === null || url.origin !== NOWHERE || !asked.startsWith("/")) return null;
  const isBelow = url.pathname === HOME || url.pathname.startsWith(`${HOME}/`);
  // A server or a proxy that decodes them would see another path.
  const isPlain = !/%2e|%2f|%5c|\/\//i.test(url.pathname);
  return isBelow && isPlain ? `${url.pathname}${url.search}` : null;
}
