import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const FAST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LONG_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800];

const DAYS_SECONDS = [
  60,
  300,
  900,
  3_600,
  4 * 3_600,
  12 * 3_600,
  86_400,
  3 * 86_400,
  7 * 86_400,
  30 * 86_400,
];

/** Every metric of the process, under the names of the contract; labels are closed sets. */
export class Metrics {
  readonly registry = new Registry();
  readonly #with = { registers: [this.registry] };

  readonly httpRequests = new Counter({
    ...this.#with,
    name: "orb_http_requests_total",
    help: "HTTP requests answered",
    labelNames: ["route", "method", "status"],
  });
  readonly httpDuration = new Histogram({
    ...this.#with,
    name: "orb_http_request_duration_seconds",
    help: "Time to answer an HTTP request",
    labelNames: ["route", "method"],
    buckets: FAST_SECONDS,
  });
  readonly webhookDeliveries = new Counter({
    ...this.#with,
    name: "orb_webhook_deliveries_total",
    help: "Webhook deliveries from GitHub: stored, duplicate, ignored or refused at the door; of those stored applied, ignored or dead in the end",
    labelNames: ["event", "outcome"],
  });
  readonly webhookRedeliveries = new Counter({
    ...this.#with,
    name: "orb_webhook_redeliveries_total",
    help: "Deliveries that GitHub could not make, and what came of asking for them again",
    labelNames: ["outcome"],
  });
  readonly webhookGap = new Gauge({
    ...this.#with,
    name: "orb_webhook_gap_seconds",
    help: "For how long deliveries may have been missing; GitHub keeps them for 259 200",
  });
  readonly webhookAckDuration = new Histogram({
    ...this.#with,
    name: "orb_webhook_ack_duration_seconds",
    help: "From the headers of a delivery to it being stored, or known to need no storing",
    buckets: FAST_SECONDS,
  });
  readonly signals = new Counter({
    ...this.#with,
    name: "orb_signals_total",
    help: "Signals from Meta-Agents",
    labelNames: ["type", "door", "outcome"],
  });
  readonly agentExecutions = new Counter({
    ...this.#with,
    name: "orb_agent_executions_total",
    help: "Agent runs that Meta-Agents reported",
    labelNames: ["phase", "outcome"],
  });
  readonly agentExecutionDuration = new Histogram({
    ...this.#with,
    name: "orb_agent_execution_duration_seconds",
    help: "How long agents ran, as reported",
    labelNames: ["phase"],
    buckets: LONG_SECONDS,
  });
  readonly pullRequestOutcomes = new Counter({
    ...this.#with,
    name: "orb_pull_request_outcomes_total",
    help: "How attempts to publish ended",
    labelNames: ["outcome"],
  });
  readonly pullRequestOpenDuration = new Histogram({
    ...this.#with,
    name: "orb_pull_request_open_duration_seconds",
    help: "From the signal being stored to the pull request being open",
    buckets: LONG_SECONDS,
  });
  readonly pullRequestMergeDuration = new Histogram({
    ...this.#with,
    name: "orb_pull_request_merge_duration_seconds",
    help: "From the completion to the merge",
    buckets: DAYS_SECONDS,
  });
  readonly pullRequests = new Gauge({
    ...this.#with,
    name: "orb_pull_requests",
    help: "Pull requests known, by status",
    labelNames: ["status"],
  });
  readonly projects = new Gauge({
    ...this.#with,
    name: "orb_projects",
    help: "Projects known, by status",
    labelNames: ["status"],
  });
  readonly githubRequests = new Counter({
    ...this.#with,
    name: "orb_github_requests_total",
    help: "Requests to GitHub",
    labelNames: ["operation", "status", "cache"],
  });
  readonly githubRateLimitRemaining = new Gauge({
    ...this.#with,
    name: "orb_github_rate_limit_remaining",
    help: "Requests left in GitHub's current window, of the installation asked last",
  });
  readonly jobs = new Counter({
    ...this.#with,
    name: "orb_jobs_total",
    help: "Runs of what is done again and again",
    labelNames: ["job", "outcome"],
  });
  readonly jobDelay = new Histogram({
    ...this.#with,
    name: "orb_job_delay_seconds",
    help: "How late a run began",
    labelNames: ["job"],
    buckets: LONG_SECONDS,
  });
  readonly outboxLag = new Gauge({
    ...this.#with,
    name: "orb_outbox_lag_seconds",
    help: "Age of the oldest event that was relayed in the last batch",
  });
  readonly eventsRelayedAnew = new Counter({
    ...this.#with,
    name: "orb_outbox_relayed_anew_total",
    help: "Events that were relayed once more because Redis had lost them",
  });
  readonly dependencyUp = new Gauge({
    ...this.#with,
    name: "orb_dependency_up",
    help: "1 where the last health check of the dependency passed",
    labelNames: ["dependency"],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
