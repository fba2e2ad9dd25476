import { LONG_SECONDS } from "../monitoring/metrics.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** Recurring jobs, and the clock that starts them. */
export class JobTelemetry extends TelemetryPart<
  "clock" | "clock_repair" | "job" | "job_lock" | "job_unlock"
> {
  readonly #jobs;
  readonly #delay;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#jobs = metrics.counter({
      name: "orb_jobs_total",
      help: "Runs of recurring jobs",
      labelNames: ["job", "outcome"],
    });
    this.#delay = metrics.histogram({
      name: "orb_job_delay_seconds",
      help: "How late a run began",
      labelNames: ["job"],
      buckets: LONG_SECONDS,
    });
  }

  /** A job that is known, whether it runs here or in another process. */
  scheduled(job: string): void {
    for (const outcome of ["done", "failed"]) this.#jobs.inc({ job, outcome }, 0);
    this.#delay.zero({ job });
  }

  /** @param ran its `delayMs` is from the time for which the job was set to its start */
  ran({
    error,
    ...ran
  }: {
    job: string;
    outcome: "done" | "failed";
    delayMs: number;
    error?: unknown;
  }): void {
    const { job, outcome, delayMs } = ran;
    this.#jobs.inc({ job, outcome });
    this.#delay.observe({ job }, delayMs / 1000);
    if (outcome === "done") this.log.debug(ran, "job ran");
    else this.setback("job", error, ran);
  }
}
