import type { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import { KeptInForce } from "../work/kept-in-force.ts";
import { RATE_LIMIT_CATEGORIES } from "../rate-limit-categories.ts";
import type { RateLimits } from "./limits.ts";
import type { LimitStore } from "./store.ts";

interface Options {
  readonly store: LimitStore;
  readonly limits: RateLimits;
  readonly telemetry: RateLimitTelemetry;
}

/** The limits that were changed at run time, kept in force in this process. */
export function limitsInForce({ store, limits, telemetry }: Options): KeptInForce {
  return new KeptInForce({
    bring: async () => {
      const stored = new Map((await store.all()).map(({ _id, limit }) => [_id, limit]));
      for (const category of RATE_LIMIT_CATEGORIES) {
        limits.setLimit(category, stored.get(category) ?? limits.defaultOf(category));
      }
    },
    onError: (error) => telemetry.setback("stored_limits", error),
  });
}
