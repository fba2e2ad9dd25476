import type { IncomingHttpHeaders } from "node:http";
import { Cookie, SESSION_COOKIE } from "./cookie.ts";
import { whyNotOurs } from "./rules/own-page.ts";
import { isCsrfTokenOf } from "./session.ts";
import type { OpenSession, Sessions } from "./sessions.ts";

/** What the HTTP server needs of sessions: where the browser shows them, and whether a page of ours did. */
export class BrowserSessions {
  readonly sessions: Sessions;
  readonly cookie: Cookie;
  /** Whether the operator says that browsers reach the bot by HTTPS. */
  readonly isHttps: boolean;
  readonly #publicUrl: string | null;

  /** @param publicUrl the origin under which browsers see the bot; `null` if nobody said it, then it counts as HTTPS */
  constructor(sessions: Sessions, publicUrl: string | null) {
    this.sessions = sessions;
    this.#publicUrl = publicUrl;
    this.isHttps = publicUrl?.startsWith("https:") ?? false;
    this.cookie = new Cookie(SESSION_COOKIE, { isSecure: isSecure(publicUrl), sameSite: "strict" });
  }

  /**
   * Whether a request that would change something may come from a page that is not ours, and only has the session's cookie.
   *
   * @returns why it may, as a clause; `null` if it can't
   */
  whyForged(headers: IncomingHttpHeaders, { secret }: OpenSession): string | null {
    const sender = {
      origin: headers.origin,
      fetchSite: valueOf(headers["sec-fetch-site"]),
      host: headers.host,
    };
    const because = whyNotOurs(sender, this.#publicUrl);
    if (because !== null) return because;
    const given = valueOf(headers["x-csrf-token"]);
    if (given === undefined) return "the header X-CSRF-Token is missing";
    return isCsrfTokenOf(given, secret) ? null : "its X-CSRF-Token is not that of the session";
  }

  /** @returns the header `Set-Cookie` for a new session */
  cookieFor({ secret, endsAt }: OpenSession, now: Date): string {
    return this.cookie.set(secret, (endsAt.getTime() - now.getTime()) / 1_000);
  }
}

/** Whether browsers reach the bot by HTTPS, as far as anybody knows. */
function isSecure(publicUrl: string | null): boolean {
  return publicUrl?.startsWith("https:") ?? true;
}

function valueOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
