import { parseCookie, stringifySetCookie } from "cookie";

interface Options {
  /** Whether browsers reach the bot by HTTPS. */
  readonly isSecure: boolean;
  /** `strict`: only with requests that begin on our own pages. `lax`: also when somebody comes here from another page. */
  readonly sameSite: "strict" | "lax";
}

/** The cookie of a browser's session, where browsers do not reach the bot by HTTPS. */
export const SESSION_COOKIE = "orb_session";

/** Browsers take a cookie with this prefix only if it is `Secure`, for this host alone and for all its paths. */
export function secureName(name: string): string {
  return `__Host-${name}`;
}

/** A cookie of the bot, which no script can read and no other host can set or get. */
export class Cookie {
  readonly name: string;
  readonly #attributes;

  constructor(name: string, { isSecure, sameSite }: Options) {
    this.name = isSecure ? secureName(name) : name;
    this.#attributes = { path: "/", httpOnly: true, secure: isSecure, sameSite } as const;
  }

  /** @param header `Cookie`, as it came */
  read(header: string | undefined): string | null {
    // Most requests have no cookie of ours, and this is quicker than to read all others.
    if (header === undefined || !header.includes(this.name)) return null;
    const cookies = parseCookie(header);
    return Object.hasOwn(cookies, this.name) ? (cookies[this.name] ?? null) : null;
  }

  /** @returns a header `Set-Cookie`; without a time, the browser forgets the cookie when it is closed */
  set(value: string, maxAgeSeconds?: number): string {
    const age = maxAgeSeconds === undefined ? {} : { maxAge: Math.max(0, Math.floor(maxAgeSeconds)) };
    return stringifySetCookie({ ...this.#attributes, ...age, name: this.name, value });
  }

  /** @returns a header `Set-Cookie` with which the browser forgets the cookie */
  clear(): string {
    return this.set("", 0);
  }
}
