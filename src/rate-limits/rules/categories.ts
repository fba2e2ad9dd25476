import type { RateLimitCategory } from "../../rate-limit-categories.ts";

/** The window of every category. One for all, so that a limit can be changed without losing what was counted. */
export const WINDOW_MS = 60_000;

interface Asked {
  /** The scope of the route, or `open`. */
  readonly access: string | undefined;
  readonly method: string;
  readonly isSignedIn: boolean;
}

/** As what a request is counted, unless its route says something else. */
export function categoryOf({ access, method, isSignedIn }: Asked): RateLimitCategory {
  if (!isSignedIn) return "anonymous";
  if (access === "signals:write") return "signals";
  if (access === "read" || access === "write" || access === "admin") return access;
  return method === "GET" || method === "HEAD" ? "read" : "write";
}
