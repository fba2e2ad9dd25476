import { OrbError } from "../errors.ts";
import { toMongoFailure } from "../mongo/failure.ts";
import type { Logger } from "../monitoring/logger.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import { type Failure, type Monitor, noMonitor } from "../monitoring/monitor.ts";
import { isOutage } from "../monitoring/rules/outages.ts";
import { Repeats } from "./repeats.ts";

/** The log and the metrics of a process, and where its failures and traces are reported. */
export interface Instruments {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Without it nothing is reported. */
  readonly monitor?: Monitor;
}

interface Line {
  readonly level: "warn" | "error";
  readonly message: string;
}

/**
 * The telemetry of one subject: one method for each thing that happens in it, with its log line and its metrics. Nothing
 * else logs or counts. No method throws. Labels of metrics are closed sets; names of people and places go to the log only.
 *
 * @typeParam Code names what can fail in the subject: a closed set, so that failures can be grouped
 */
export abstract class TelemetryPart<Code extends string = never> {
  protected readonly log: Logger;
  protected readonly monitor: Monitor;
  readonly #repeats: Repeats;

  constructor({ log, monitor = noMonitor() }: Instruments) {
    this.log = log;
    this.monitor = monitor;
    this.#repeats = repeatsOf(log);
  }

  /** Does a part of what is traced. @param name of a closed set */
  step<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.monitor.step(name, work);
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

  /** Reports what was given up. Its line is logged by the caller. @param fields those of that line */
  protected givenUp(what: string, error: unknown, fields: object): void {
    this.monitor.report({ what, error: toMongoFailure(error), level: "error", fields });
  }

  /**
   * A line that may come many times a second.
   *
   * @param cause groups the lines that are the same to a reader; one a minute is logged
   */
  protected calmly(
    { level, message, cause, failure }: Line & { cause: string; failure?: Pick<Failure, "what" | "error"> },
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const leftOut = this.#repeats.take(cause, performance.now());
    if (leftOut === null) return;
    const all = { ...fields, ...(leftOut > 0 && { leftOut }) };
    this.log[level](all, message);
    // As rarely as it is logged.
    if (failure)
      this.monitor.report({ ...failure, level: level === "warn" ? "warning" : "error", fields: all });
  }

  #failed(line: Line, thrown: unknown, fields: Readonly<Record<string, unknown>> & { code: string }): void {
    const error = toMongoFailure(thrown);
    const failure = { what: fields.code, error };
    if (error instanceof OrbError) {
      const because = error.cause instanceof Error ? error.cause.message : undefined;
      const cause = `${error.code} ${isOutage(error.code) ? "" : fields.code}`;
      this.calmly({ ...line, cause, failure }, { ...fields, problem: error.toRefusal(), because });
    } else {
      const cause = `${fields.code} ${kindOf(error)}`;
      this.calmly({ ...line, cause, failure }, { ...fields, err: error });
    }
  }
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
