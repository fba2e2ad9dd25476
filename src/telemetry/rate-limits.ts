import { toRedisFailure } from "../redis/failure.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** The limits of the HTTP API. */
export class RateLimitTelemetry extends TelemetryPart<"redis" | "stored_limits"> {
  readonly #decisions;
  readonly #shared;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#decisions = metrics.counter({
      name: "orb_rate_limit_decisions_total",
      help: "Requests to the API that were admitted or refused by a rate limit",
      labelNames: ["category", "decision"],
    });
    this.#shared = metrics.gauge({
      name: "orb_rate_limits_shared",
      help: "1 while Redis counts for all instances, 0 while this instance counts its share alone",
    });
  }

  /** @param category of a closed set */
  decided(category: string, decision: "admitted" | "refused"): void {
    this.#decisions.inc({ category, decision });
  }

  /** Redis counts the requests of all instances. @param instances how many there are */
  redisCounts(instances: number): void {
    this.#shared.set(1);
    this.log.info({ instances }, "Redis counts the requests of all instances");
  }

  /** This instance admits its share of each limit until Redis can be asked again. */
  redisLost(error: unknown): void {
    this.#shared.set(0);
    this.setback("redis", toRedisFailure(error), { counts: "this instance alone, its share of each limit" });
  }

  /** Redis may remove counts before their time. */
  redisForgets(policy: string): void {
    this.log.warn(
      { maxmemoryPolicy: policy },
      "Redis may evict the counts of rate limits, and so admit too many requests: better set its maxmemory-policy to noeviction",
    );
  }

  /** Most clients look like one: probably a proxy that is not configured. */
  oneAddressForMost(address: string): void {
    const message =
      "most requests come from one address, so their senders share one limit: if it is a proxy, name its network in TRUSTED_PROXIES";
    this.calmly({ level: "warn", message, cause: `most from ${address}` }, { address });
  }

  /** Anybody can write this header, so it is ignored. */
  strangersHeader(address: string): void {
    const message =
      "a request has X-Forwarded-For but comes from a network that is not in TRUSTED_PROXIES: the header is ignored";
    this.calmly({ level: "warn", message, cause: "X-Forwarded-For" }, { address });
  }

  changed(change: { category: string; limit: number; by: string }): void {
    this.log.info(change, "rate limit changed");
  }
}
