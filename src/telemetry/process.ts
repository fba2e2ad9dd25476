import type { Refusal } from "../errors.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** The process itself: its start and end, and what it is connected to. */
export class ProcessTelemetry extends TelemetryPart<
  "presence" | "change_feed" | "heartbeat" | "redis_connection" | "stop" | "webhook_proxy"
> {
  readonly #dependencyUp;

  constructor(instruments: Instruments) {
    super(instruments);
    this.#dependencyUp = instruments.metrics.gauge({
      name: "orb_dependency_up",
      help: "1 where the last health check of the dependency passed",
      labelNames: ["dependency"],
    });
  }

  started(details: { url: string | null; roles: readonly string[]; version: string }): void {
    this.log.info(details, "Orb bot is up");
  }

  stopping(reason: string): void {
    this.log.info({ reason }, "Orb bot is stopping");
  }

  /** Work or a request is unfinished; it is done again by another process, or after the next start. */
  stopTakesTooLong(afterMs: number): void {
    this.log.warn(
      { afterMs },
      "Orb bot stops although work is unfinished; another process or the next start continues it. MongoDB, Redis or GitHub may not answer",
    );
  }

  /** Without Redis only one process may run. The log says what is missing. */
  aloneWithoutRedis(): void {
    this.log.warn(
      "REDIS_URL is unset: signals come over HTTP only, events stay in MongoDB, and no second instance may run",
    );
  }

  /** Our transactions take milliseconds. One that lives longer belongs to a dead process, and others wait for its end. */
  transactionsLinger(seconds: number): void {
    this.log.warn(
      { transactionLifetimeLimitSeconds: seconds },
      "If a process of the bot is killed, the others may wait this long for what it was writing: better set MongoDB's transactionLifetimeLimitSeconds to 5",
    );
  }

  migrated(migration: { id: string; durationMs: number }): void {
    this.log.info(migration, "database migrated");
  }

  /** It is reported nowhere else than here: the bot works without what watches it. */
  monitorFails(problem: Refusal): void {
    const message = "failures and traces are not reported";
    this.calmly({ level: "warn", message, cause: `monitor ${problem.code}` }, { problem });
  }

  dependencyChecked(dependency: string, up: boolean): void {
    this.#dependencyUp.set({ dependency }, up ? 1 : 0);
  }
}
