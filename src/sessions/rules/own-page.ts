/** What a browser says about the page that sends a request, in headers that no script can set. */
export interface Sender {
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  readonly host: string | undefined;
}

/**
 * Whether a page of ours sends the request: then the origin is ours, and if the browser names the site, that is ours too. A
 * request that names neither could come from anywhere.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 *
 * @param publicUrl the origin under which browsers see the bot; `null`: any that is the host of the request. A page of another
 * host gets no cookie of this one
 * @returns why it is not, as a clause; `null` if it is
 */
export function whyNotOurs({ origin, fetchSite, host }: Sender, publicUrl: string | null): string | null {
  if (fetchSite !== undefined && fetchSite !== "same-origin") return "a page of another site sent it";
  if (origin === undefined) {
    return fetchSite === undefined ? "it says neither Origin nor Sec-Fetch-Site" : null;
  }
  const isOurs = publicUrl === null ? hostOf(origin) === host?.toLowerCase() : origin === publicUrl;
  return isOurs ? null : "its Origin is another site";
}

function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}
