import { OrbError } from "../errors.ts";
import { toMongoFailure } from "../mongo/failure.ts";
import type { Logger } from "../monitoring/logger.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import { Repeats } from "./repeats.ts";

/** The log and the metrics of a process. */
export interface Instruments {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * The telemetry of one subject: one method for each thing that happens in it, with its log line and its metrics. Nothing
 * else logs or counts. No method throws. Labels of metrics are closed sets; names of people and places go to the log only.
 *
 * @typeParam Code names what can fail in the subject: a closed set, so that failures can be grouped
 */
export abstract class TelemetryPart<Code extends string = never> {
  protected readonly log: Logger;
  readonly #repeats: Repeats;

  constructor({ log }: Instruments) {
    this.log = log;
    this.#repeats = repeatsOf(log);
  }

  /**
   * Something failed; the bot itself tries it again. In an outage, when everything fails all the time, the log has one line
   * a minute for each cause, without a stack.
   *
   * @param details more fields of the log line, such as the place
   */
  setback(code: Code, error: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    this.#failed({ level: "warn", message: "failed; it will be tried again" }, error, { ...details, code });
  }

  /** Something failed that should not fail at all. */
  bug(code: Code, error: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    this.#failed({ level: "error", message: "failed unexpectedly" }, error, { ...details, code });
  }

  /**
   * A line that may come many times a second.
   *
   * @param cause groups the lines that are the same to a reader; one a minute is logged
   */
  protected calmly(
    { level, message, cause }: { level: "warn" | "error"; message: string; cause: string },
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const leftOut = this.#repeats.take(cause, performance.now());
    if (leftOut === null) return;
    this.log[level]({ ...fields, ...(leftOut > 0 && { leftOut }) }, message);
  }

  #failed(
    { level, message }: { level: "warn" | "error"; message: string },
    thrown: unknown,
    fields: Readonly<Record<string, unknown>> & { code: string },
  ): void {
    const error = toMongoFailure(thrown);
    if (error instanceof OrbError) {
      const because = error.cause instanceof Error ? error.cause.message : undefined;
      const cause = `${error.code} ${isOutage(error.code) ? "" : fields.code}`;
      this.calmly({ level, message, cause }, { ...fields, problem: error.toRefusal(), because });
    } else {
      this.calmly({ level, message, cause: `${fields.code} ${kindOf(error)}` }, { ...fields, err: error });
    }
  }
}

const OUTAGES: ReadonlySet<string> = new Set([
  "mongodb_unavailable",
  "redis_unavailable",
  "github_unavailable",
]);

/** Whether everything that fails with this code fails for one reason. */
export function isOutage(code: string): boolean {
  return OUTAGES.has(code);
}

/** One for each log. A weak map, so that a log takes it along wherever it is handed. */
const repeatsOfLogs = new WeakMap<Logger, Repeats>();

function repeatsOf(log: Logger): Repeats {
  const repeats = repeatsOfLogs.get(log) ?? new Repeats();
  repeatsOfLogs.set(log, repeats);
  return repeats;
}

/** What is the same in two errors of one kind: not their numbers, ids and times. */
function kindOf(error: unknown): string {
  return String(error).replaceAll(/[0-9a-f]{8,}|\d+/gi, "#");
}
