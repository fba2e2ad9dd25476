import type { Refusal } from "../errors.ts";
import { LabelValues } from "./label-values.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** With more, a person looks at the alert and at GitHub, not at a hundred lines. */
const INSTALLATIONS_SHOWN_MAX = 100;

/** Requests to GitHub. */
export class GitHubTelemetry extends TelemetryPart<"shared_write_slots"> {
  readonly #requests;
  readonly #rateLimitRemaining;
  readonly #installations = new LabelValues(INSTALLATIONS_SHOWN_MAX);

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#requests = metrics.counter({
      name: "orb_github_requests_total",
      help: "Requests to GitHub",
      labelNames: ["operation", "status", "cache"],
    });
    this.#rateLimitRemaining = metrics.gauge({
      name: "orb_github_rate_limit_remaining",
      help: "Requests left in GitHub's current window, as its last answer said; `app` is the App itself",
      labelNames: ["installation"],
    });
  }

  answered(answer: {
    operation: string;
    status: string;
    cache: "hit" | "miss" | "none";
    durationMs: number;
  }): void {
    const { operation, status, cache } = answer;
    this.#requests.inc({ operation, status, cache });
    this.log.debug(answer, "GitHub answered");
  }

  /** GitHub did not confirm the App: the bot can't do anything there. */
  appNotConfirmed(problem: Refusal): void {
    const message = "GitHub does not confirm the App; it will be asked again";
    this.calmly({ level: "error", message, cause: `app ${problem.code}` }, { problem });
  }

  appConfirmed(): void {
    this.log.info("GitHub confirms the App");
  }

  /** @param installation its id; `app` for requests of the App itself */
  rateLimit(installation: string, remaining: number): void {
    this.#rateLimitRemaining.set({ installation: this.#installations.of(installation) }, remaining);
  }
}
