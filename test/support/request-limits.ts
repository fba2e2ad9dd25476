import { RequestLimits } from "../../src/http/limit-requests.ts";
import { createLogger } from "../../src/monitoring/logger.ts";
import { Metrics } from "../../src/monitoring/metrics.ts";
import { RateLimits } from "../../src/rate-limits/limits.ts";
import { RateLimitTelemetry } from "../../src/telemetry/rate-limits.ts";

/** The limits of a server without stores: the defaults, counted by this process alone. */
export function ownLimits(): RequestLimits {
  const log = createLogger({ level: "silent", format: "json" });
  const telemetry = new RateLimitTelemetry({ log, metrics: new Metrics() });
  const nowMs = () => performance.now();
  const limits = new RateLimits({ link: null, limits: new Map(), telemetry, nowMs });
  const config = { limits: new Map(), trustedProxies: [], headers: "10" } as const;
  return new RequestLimits({ limits, telemetry, random: Math.random, config });
}
