import { RATE_LIMIT_CATEGORIES } from "../../../src/rate-limit-categories.ts";
import type { Logger } from "pino";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { RateLimits } from "../../../src/rate-limits/limits.ts";
import { RedisLink } from "../../../src/rate-limits/redis-link.ts";
import { connectImpatiently } from "../../../src/redis/client.ts";
import { PACE } from "../../../src/work/pace.ts";
import { RateLimitTelemetry } from "../../../src/telemetry/rate-limits.ts";

/** A busy machine may let Redis wait for longer than the product waits for it. */
const PATIENT_MS = 30_000;

/** The limits of one instance, on a Redis. */
export interface OpenLimits extends AsyncDisposable {
  readonly limits: RateLimits;
  readonly link: RedisLink;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

/**
 * @param options.limit of each category
 * @param options.owner the name of the instance
 * @param options.log silent unless given
 * @param options.isPatient whether it waits for Redis for longer than the product; a test of a Redis that fails does not
 */
export async function openLimits(
  url: string,
  {
    limit,
    windowMs,
    owner = "one",
    isPatient = true,
    log = createLogger({ level: "silent", format: "json" }),
  }: {
    readonly limit: number;
    readonly windowMs: number;
    readonly owner?: string;
    readonly isPatient?: boolean;
    readonly log?: Logger;
  },
): Promise<OpenLimits> {
  const onError = () => {};
  const client = connectImpatiently(url, { onError, ...(isPatient && { answerMs: PATIENT_MS }) });
  const withinMs = isPatient ? PATIENT_MS : PACE.countedWithinMs;
  const metrics = new Metrics();
  const telemetry = new RateLimitTelemetry({ log, metrics });
  const link = new RedisLink({ client, owner, telemetry, withinMs, random: Math.random });
  const limitsOfAll = new Map(RATE_LIMIT_CATEGORIES.map((category) => [category, limit]));
  const nowMs = () => performance.now();
  const limits = new RateLimits({ link, limits: limitsOfAll, telemetry, windowMs, nowMs });
  await link.start();
  return {
    limits,
    link,
    metrics: () => metrics.registry.metrics(),
    [Symbol.asyncDispose]: async () => {
      await link.stop();
      client.disconnect();
    },
  };
}
