import type { Refusal } from "../errors.ts";

/** Something that failed although nobody expected it to. */
export interface Failure {
  /** What failed, of a closed set, such as `delivery`. */
  readonly what: string;
  readonly error: unknown;
  readonly level: "warning" | "error";
  /** Those of its log line. Only a few of them are reported: `src/monitoring/rules/tags.ts`. */
  readonly fields: object;
}

/**
 * Where failures and traces are reported, for people who do not read the log. No method throws, waits for a server, or changes
 * what the work that it is handed does.
 */
export interface Monitor {
  /** Reports a failure, with what the present work is about, unless it is one that is expected: `src/monitoring/rules/judge-failure.ts`. */
  report(failure: Failure): void;
  /** Does one unit of work. A sample of the units is reported as traces. @param name of a closed set */
  trace<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Does a part of such a unit, which the trace shows with its time. @param name of a closed set */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** @param listener called with every reason why nothing is reported, also with those from before */
  onTrouble(listener: (trouble: Refusal) => void): void;
  /** Sends what was not sent yet, for this long at most, and reports nothing more. */
  close(withinMs: number): Promise<void>;
}

/** Reports nothing. @param trouble why, if it was meant to */
export function noMonitor(trouble: Refusal | null = null): Monitor {
  return {
    report: () => {},
    trace: (_name, work) => work(),
    step: (_name, work) => work(),
    onTrouble: (listener) => {
      if (trouble !== null) listener(trouble);
    },
    close: () => Promise.resolve(),
  };
}
