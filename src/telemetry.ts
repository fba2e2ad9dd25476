import type { Refusal } from "./errors.ts";
import { DeliveryTelemetry } from "./telemetry/deliveries.ts";

/** Names one pull request of ours; there is at most one of each name. */
export interface PullRequestName {
  readonly project: string;
  readonly repository: string;
  readonly branch: string;
}

/** What becomes of a pull request that is open. */
export type PullRequestMove =
  | "ready"
  | "reopened"
  | "updated"
  | "checks_failed"
  | "checks_passed"
  | "changes_requested"
  | "approved"
  | "conflict"
  | "conflict_resolved"
  | "merged"
  | "closed";

/**
 * One method per thing that happens in the business: its log line and its metrics stand together here, and
 * nowhere else. None of them throws. Labels are closed sets; names of people and places go to the log only.
 */
export class Telemetry extends DeliveryTelemetry {
  started(details: { url: string | null; roles: readonly string[]; version: string }): void {
    this.log.info(details, "Orb bot is up");
  }

  /** Without Redis the process is on its own: it must be the only one, and the log says what is missing. */
  aloneWithoutRedis(): void {
    this.log.warn(
      "REDIS_URL is unset: signals come over HTTP only, events stay in MongoDB, and no second instance may run",
    );
  }

  /** Our transactions take milliseconds: what lives longer is a dead process's, and others wait for its end. */
  transactionsLinger(seconds: number): void {
    this.log.warn(
      { transactionLifetimeLimitSeconds: seconds },
      "Where a process of the bot is killed, the others may wait this long for what it was writing: MongoDB's transactionLifetimeLimitSeconds is better set to 5",
    );
  }

  stopping(reason: string): void {
    this.log.info({ reason }, "Orb bot is stopping");
  }

  /** Something failed that will be tried again by itself; `where` is a fixed phrase. */
  setback(where: string, error: unknown): void {
    this.log.warn({ err: error }, `${where} failed; it will be tried again`);
  }

  bug(where: string, error: unknown): void {
    this.log.error({ err: error }, `${where} failed unexpectedly`);
  }

  httpAnswered(answer: {
    route: string;
    method: string;
    status: number;
    durationMs: number;
    requestId: string;
  }) {
    const { route, method, status, durationMs } = answer;
    this.metrics.httpRequests.inc({ route, method, status: String(status) });
    this.metrics.httpDuration.observe({ route, method }, durationMs / 1000);
    this.log[status >= 500 ? "warn" : "debug"](answer, "request answered");
  }

  /** What an owner grants less than is asked for is for somebody to see. */
  installationChanged(change: {
    installationId: number;
    account: string;
    suspended: boolean;
    deleted: boolean;
    missing: readonly { readonly permission: string }[];
  }): void {
    const { installationId, account, suspended, deleted } = change;
    const missing = change.missing.map(({ permission }) => permission);
    const details = { installationId, account, suspended, deleted, missing };
    this.log[missing.length > 0 ? "warn" : "info"](details, "installation changed");
  }

  commandCarriedOut(
    name: PullRequestName,
    request: { command: string; door: string; by: string; outcome: string },
  ): void {
    const { command, door, by, outcome } = request;
    this.log.info({ ...name, command, door, by, outcome }, "command carried out");
  }

  signalReceived({
    type,
    door,
    duplicate,
    project,
  }: {
    type: string;
    door: string;
    duplicate: boolean;
    project: string;
  }) {
    this.metrics.signals.inc({ type, door, outcome: duplicate ? "duplicate" : "accepted" });
    this.log.debug({ type, door, duplicate, project }, "signal received");
  }

  signalRefused({ door, problem }: { door: string; problem: Refusal }): void {
    this.metrics.signals.inc({ type: "unknown", door, outcome: "refused" });
    this.log.warn({ door, problem }, "signal refused");
  }

  signalDead({
    type,
    project,
    attempts,
    error,
  }: {
    type: string;
    project: string;
    attempts: number;
    error: unknown;
  }) {
    this.log.error({ type, project, attempts, err: error }, "signal set aside after too many attempts");
  }

  agentExecuted({
    phase,
    outcome,
    durationMs,
  }: {
    phase: string;
    outcome: string;
    durationMs: number;
  }): void {
    this.metrics.agentExecutions.inc({ phase, outcome });
    this.metrics.agentExecutionDuration.observe({ phase }, durationMs / 1000);
  }

  projectUpdated({ project, status, because }: { project: string; status: string; because: string }): void {
    this.log.info({ project, status, because }, "project updated");
  }

  publishDecided(name: PullRequestName, because: string): void {
    this.log.info({ ...name, because }, "publishing decided");
  }

  pullRequestOpened(name: PullRequestName, opened: { number: number; durationMs: number; adopted: boolean }) {
    this.metrics.pullRequestOutcomes.inc({ outcome: opened.adopted ? "adopted" : "opened" });
    this.metrics.pullRequestOpenDuration.observe(opened.durationMs / 1000);
    this.log.info({ ...name, ...opened }, "pull request open");
  }

  pullRequestUpdated(name: PullRequestName, number: number): void {
    this.metrics.pullRequestOutcomes.inc({ outcome: "updated" });
    this.log.info({ ...name, number }, "pull request updated");
  }

  pullRequestDelayed(
    name: PullRequestName,
    delay: { problem: Refusal; nextAttemptAt: Date; parked: boolean },
  ): void {
    this.metrics.pullRequestOutcomes.inc({ outcome: delay.parked ? "parked" : "delayed" });
    this.log.warn({ ...name, ...delay }, "publishing delayed");
  }

  pullRequestRefused(
    name: PullRequestName,
    { status, problem }: { status: "blocked" | "failed"; problem: Refusal },
  ) {
    this.metrics.pullRequestOutcomes.inc({ outcome: status });
    this.log.warn({ ...name, status, problem }, "no pull request");
  }

  pullRequestQuarantined(name: PullRequestName, problem: Refusal): void {
    this.metrics.pullRequestOutcomes.inc({ outcome: "set_aside" });
    this.log.error({ ...name, problem }, "pull request set aside: processes died of it");
  }

  /** @param seconds from completion to the end, of one that has ended */
  pullRequestMoved(
    name: PullRequestName,
    { what, because, seconds }: { what: PullRequestMove; because: string; seconds: number | null },
  ): void {
    this.metrics.pullRequestOutcomes.inc({ outcome: what });
    if (what === "merged" && seconds !== null) this.metrics.pullRequestMergeDuration.observe(seconds);
    this.log.info({ ...name, what, because }, "pull request has moved on");
  }

  /** How many there are of each status. */
  counted({
    projects,
    pullRequests,
  }: {
    projects: ReadonlyMap<string, number>;
    pullRequests: ReadonlyMap<string, number>;
  }): void {
    this.metrics.projects.reset();
    this.metrics.pullRequests.reset();
    for (const [status, count] of projects) this.metrics.projects.set({ status }, count);
    for (const [status, count] of pullRequests) this.metrics.pullRequests.set({ status }, count);
  }

  settingsReported(name: PullRequestName, problems: readonly Refusal[]): void {
    this.log.warn({ ...name, problems }, "settings with mistakes, told on the check run");
  }

  githubAnswered(answer: {
    operation: string;
    status: string;
    cache: "hit" | "miss" | "none";
    durationMs: number;
  }) {
    const { operation, status, cache } = answer;
    this.metrics.githubRequests.inc({ operation, status, cache });
    this.log.debug(answer, "GitHub answered");
  }

  githubRateLimit(remaining: number): void {
    this.metrics.githubRateLimitRemaining.set(remaining);
  }

  /** @param ran its `delayMs` is from the moment for which the job was set to its beginning */
  jobRan({
    error,
    ...ran
  }: {
    job: string;
    outcome: "done" | "failed";
    delayMs: number;
    error?: unknown;
  }): void {
    const { job, outcome, delayMs } = ran;
    this.metrics.jobs.inc({ job, outcome });
    this.metrics.jobDelay.observe({ job }, delayMs / 1000);
    if (outcome === "done") this.log.debug(ran, "job ran");
    else this.log.warn({ ...ran, err: error }, "job failed; it will be tried again");
  }

  forgottenWoken(pullRequests: number): void {
    if (pullRequests > 0)
      this.log.info({ pullRequests }, "open pull requests that nobody was to look at again");
  }

  /** @param rebuilt `givenUp` names places, or some, whose pull requests nobody could look at */
  rebuilt(rebuilt: { readonly records: number; readonly givenUp: readonly string[] }): void {
    this.log.warn(rebuilt, "the database was empty: open pull requests were taken up from GitHub");
  }

  eventsRelayed({ count, oldest, now }: { count: number; oldest: Date; now: Date }): void {
    this.metrics.outboxLag.set((now.getTime() - oldest.getTime()) / 1000);
    this.log.debug({ count }, "events relayed");
  }

  eventsLostByRedis(count: number): void {
    this.metrics.eventsRelayedAnew.inc(count);
    this.log.warn({ count }, "Redis lost events that it had been given; they are relayed anew");
  }

  dependencyChecked(dependency: string, up: boolean): void {
    this.metrics.dependencyUp.set({ dependency }, up ? 1 : 0);
  }
}
