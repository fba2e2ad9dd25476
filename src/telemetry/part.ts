import type { Logger } from "../monitoring/logger.ts";
import type { Metrics } from "../monitoring/metrics.ts";

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

  constructor({ log }: Instruments) {
    this.log = log;
  }

  /**
   * Something failed; the bot itself tries it again.
   *
   * @param details more fields of the log line, such as the place
   */
  setback(code: Code, error: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    this.log.warn({ ...details, code, err: error }, "failed; it will be tried again");
  }

  /** Something failed that should not fail at all. */
  bug(code: Code, error: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    this.log.error({ ...details, code, err: error }, "failed unexpectedly");
  }
}
