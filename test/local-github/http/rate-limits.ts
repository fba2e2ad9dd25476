// The primary rate limit: a number of requests per hour for each installation, person or App.
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api

import type { Caller } from "../auth/caller.ts";
import { GitHubError } from "../github-error.ts";

const WINDOW_MS = 60 * 60 * 1_000;
const LIMIT_DEFAULT = 5_000;
const LIMIT_ANONYMOUS = 60;

export type Resource = "core" | "graphql";

interface Budget {
  limit: number;
  used: number;
  resetAtMs: number;
}

export class RateLimits {
  readonly #now: () => Date;
  readonly #budgets = new Map<string, Budget>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Gives an installation another limit and sets how much of it is used; the window restarts. */
  setInstallation(
    installationId: number,
    {
      limit = LIMIT_DEFAULT,
      used = 0,
      resource = "core",
    }: { limit?: number; used?: number; resource?: Resource },
  ): void {
    const resetAtMs = this.#now().getTime() + WINDOW_MS;
    this.#budgets.set(`${resource} installation ${installationId}`, { limit, used, resetAtMs });
  }

  /** The same for an App that acts as itself. */
  setApp(appId: number, { limit }: { limit: number }): void {
    const resetAtMs = this.#now().getTime() + WINDOW_MS;
    this.#budgets.set(`core app ${appId}`, { limit, used: 0, resetAtMs });
  }

  /** Counts a request, unless it is free. */
  spend(caller: Caller, resource: Resource): void {
    this.#budget(caller, resource).used += 1;
  }

  /** Throws GitHub's 403 if nothing is left. */
  demand(caller: Caller, resource: Resource): void {
    const { limit, used } = this.#budget(caller, resource);
    if (used < limit) return;
    const message = `API rate limit exceeded for ${nameOf(caller)}.`;
    throw new GitHubError(403, message);
  }

  headers(caller: Caller, resource: Resource): Record<string, string> {
    const { limit, used, remaining, reset } = this.overview(caller, resource);
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": resource,
    };
  }

  /** In the form of `GET /rate_limit`; `reset` in seconds since 1970. */
  overview(
    caller: Caller,
    resource: Resource,
  ): { limit: number; used: number; remaining: number; reset: number } {
    const { limit, used, resetAtMs } = this.#budget(caller, resource);
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAtMs / 1_000) };
  }

  #budget(caller: Caller, resource: Resource): Budget {
    const key = `${resource} ${keyOf(caller)}`;
    const nowMs = this.#now().getTime();
    const known = this.#budgets.get(key);
    if (known && known.resetAtMs > nowMs) return known;
    const limit = known?.limit ?? (caller.kind === "anonymous" ? LIMIT_ANONYMOUS : LIMIT_DEFAULT);
    const budget = { limit, used: 0, resetAtMs: nowMs + WINDOW_MS };
    this.#budgets.set(key, budget);
    return budget;
  }
}

function keyOf(caller: Caller): string {
  switch (caller.kind) {
    case "installation":
      return `installation ${caller.installation.id}`;
    case "user":
      return `user ${caller.token.account.id}`;
    case "app":
      return `app ${caller.app.id}`;
    case "anonymous":
      return "anonymous";
    default:
      return caller satisfies never;
  }
}

function nameOf(caller: Caller): string {
  if (caller.kind === "installation") return `installation ID ${caller.installation.id}`;
  if (caller.kind === "user") return `user ID ${caller.token.account.id}`;
  return caller.kind === "app" ? `app ID ${caller.app.id}` : "127.0.0.1";
}
