import type { Refusal } from "../errors.ts";
import { LabelValues } from "./label-values.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** With more, a person looks at the alert and at GitHub, not at a hundred lines. */
const INSTALLATIONS_SHOWN_MAX = 100;
/** More than the bot has; a link of GitHub to a further page or to a renamed repository has numbers in its path. */
const OPERATIONS_SHOWN_MAX = 150;
/** More than GitHub has; a proxy in between may invent others. */
const STATUSES_SHOWN_MAX = 30;

/** Requests to GitHub. */
export class GitHubTelemetry extends TelemetryPart<"shared_write_slots"> {
  readonly #requests;
  readonly #rateLimitRemaining;
  readonly #rateLimitReset;
  readonly #appRefused;
  readonly #operations = new LabelValues(OPERATIONS_SHOWN_MAX);
  readonly #statuses = new LabelValues(STATUSES_SHOWN_MAX);
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
    this.#rateLimitReset = metrics.gauge({
      name: "orb_github_rate_limit_reset_timestamp_seconds",
      help: "When GitHub's current window ends, in seconds since 1970; later the requests left are not known",
      labelNames: ["installation"],
    });
    this.#appRefused = metrics.gauge({
      name: "orb_github_app_refused",
      help: "1 while GitHub refuses the App itself, because of its id or its key; otherwise 0",
    });
  }

  answered(answer: {
    operation: string;
    status: string;
    cache: "hit" | "miss" | "none";
    durationMs: number;
  }): void {
    const [operation, status] = [this.#operations.of(answer.operation), this.#statuses.of(answer.status)];
    this.#requests.inc({ operation, status, cache: answer.cache });
    this.log.debug(answer, "GitHub answered");
  }

  /**
   * GitHub did not confirm the App: the bot can't do anything there.
   *
   * @param isRefused whether only a person can end that
   */
  appNotConfirmed(problem: Refusal, { isRefused }: { isRefused: boolean }): void {
    this.#appRefused.set(isRefused ? 1 : 0);
    const message = "GitHub does not confirm the App; it will be asked again";
    this.calmly({ level: "error", message, cause: `app ${problem.code}` }, { problem });
  }

  appConfirmed(): void {
    this.#appRefused.set(0);
    this.log.info("GitHub confirms the App");
  }

  /**
   * @param name an installation's id; `app` for requests of the App itself
   * @param resetSeconds when the window ends, in seconds since 1970; `null` if the answer does not say
   */
  rateLimit(
    name: string,
    { remaining, resetSeconds }: { remaining: number; resetSeconds: number | null },
  ): void {
    const installation = this.#installations.of(name);
    this.#rateLimitRemaining.set({ installation }, remaining);
    if (resetSeconds !== null) this.#rateLimitReset.set({ installation }, resetSeconds);
  }
}
