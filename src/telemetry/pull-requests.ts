import { OrbError, type Refusal } from "../errors.ts";
import { DAYS_SECONDS, LONG_SECONDS } from "../monitoring/metrics.ts";
import { isOutage } from "../monitoring/rules/outages.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** The name of one pull request of ours; names are unique. */
export interface PullRequestName {
  readonly project: string;
  readonly repository: string;
  readonly branch: string;
}

/** How many pull requests need a person, by why. */
interface Stuck {
  readonly blocked: number;
  readonly failed: number;
  readonly quarantined: number;
}

/** A pull request with what kind of change it is: of a closed set; `null` if nothing says that. */
type OfType = PullRequestName & { readonly changeType: string | null };

/** What can happen to an open pull request. */
const MOVES = [
  "ready",
  "reopened",
  "updated",
  "checks_failed",
  "checks_passed",
  "changes_requested",
  "approved",
  "conflict",
  "conflict_resolved",
  "merged",
  "closed",
] as const;
type PullRequestMove = (typeof MOVES)[number];

/** How an attempt to publish can end; `set_aside` is quarantined. */
const ATTEMPTS = ["opened", "adopted", "delayed", "parked", "blocked", "failed", "set_aside"] as const;

/** What an operator wants to know of each type of change. */
const RESULTS = ["opened", "merged", "closed", "blocked", "failed"] as const;
/** The type of change if nothing says it. */
const UNKNOWN = "unknown";

/** Pull requests, from the decision to publish to their end. */
export class PullRequestTelemetry extends TelemetryPart<
  "pull_request" | "pull_request_loop" | "rebuild_place"
> {
  readonly #pullRequests;
  readonly #outcomes;
  readonly #results;
  readonly #openDuration;
  readonly #mergeDuration;
  readonly #removed;
  readonly #stuck;
  readonly #quarantined;

  /** @param changeTypes every type of change that there can be */
  constructor(instruments: Instruments, changeTypes: readonly string[]) {
    super(instruments);
    const { metrics } = instruments;
    this.#pullRequests = metrics.gauge({
      name: "orb_pull_requests",
      help: "Pull requests known, by status",
      labelNames: ["status"],
    });
    this.#outcomes = metrics.counter({
      name: "orb_pull_request_outcomes_total",
      help: "How attempts to publish ended",
      labelNames: ["outcome"],
      known: [...ATTEMPTS, ...MOVES].map((outcome) => ({ outcome })),
    });
    this.#results = metrics.counter({
      name: "orb_pull_request_results_total",
      help: "Pull requests that were opened, merged or closed, and refusals as they were published, by type of change; `unknown` before anything says what it is",
      labelNames: ["change_type", "outcome"],
      known: [...changeTypes, UNKNOWN].flatMap((change_type) =>
        RESULTS.map((outcome) => ({ change_type, outcome })),
      ),
    });
    this.#openDuration = metrics.histogram({
      name: "orb_pull_request_open_duration_seconds",
      help: "From the signal being stored to the pull request being open",
      buckets: LONG_SECONDS,
    });
    this.#mergeDuration = metrics.histogram({
      name: "orb_pull_request_merge_duration_seconds",
      help: "From the completion to the merge",
      buckets: DAYS_SECONDS,
    });
    this.#removed = metrics.counter({
      name: "orb_pull_requests_removed_total",
      help: "Records removed after PULL_REQUEST_RETENTION_DAYS: of pull requests, and of projects without any",
      labelNames: ["what"],
    });
    this.#stuck = metrics.gauge({
      name: "orb_stuck_pull_requests",
      help: "Pull requests that are blocked or failed although their last completion is more than an hour old, and not more than seven days; counted up to 1 000",
      labelNames: ["status"],
    });
    this.#quarantined = metrics.gauge({
      name: "orb_quarantined_pull_requests",
      help: "Pull requests that rest because processes crashed while they worked on them; counted up to 1 000",
    });
  }

  /** @param work from the facts to the pull request on GitHub */
  publishing<T>(work: () => Promise<T>): Promise<T> {
    return this.monitor.trace("pull_request.publish", work);
  }

  publishDecided(name: PullRequestName, because: string): void {
    this.log.info({ ...name, because }, "publishing decided");
  }

  opened(
    { changeType, ...name }: OfType,
    opened: { number: number; durationMs: number; adopted: boolean },
  ): void {
    this.#outcomes.inc({ outcome: opened.adopted ? "adopted" : "opened" });
    this.#ended(changeType, "opened");
    this.#openDuration.observe(opened.durationMs / 1000);
    this.log.info({ ...name, ...opened }, "pull request open");
  }

  updated(name: PullRequestName, number: number): void {
    this.#outcomes.inc({ outcome: "updated" });
    this.log.info({ ...name, number }, "pull request updated");
  }

  delayed(name: PullRequestName, delay: { problem: Refusal; nextAttemptAt: Date; parked: boolean }): void {
    this.#outcomes.inc({ outcome: delay.parked ? "parked" : "delayed" });
    const { code } = delay.problem;
    const cause = isOutage(code) ? code : `${code} ${name.project} ${name.repository} ${name.branch}`;
    this.calmly(
      { level: "warn", message: "publishing delayed", cause: `delayed ${cause}` },
      { ...name, ...delay },
    );
  }

  /** @param isNews whether it was published: a refusal that is repeated is not */
  refused(
    { changeType, ...name }: OfType,
    { isNews, ...refusal }: { status: "blocked" | "failed"; problem: Refusal; isNews: boolean },
  ): void {
    this.#outcomes.inc({ outcome: refusal.status });
    if (isNews) this.#ended(changeType, refusal.status);
    this.log.warn({ ...name, ...refusal }, "no pull request");
    // A person can fix what blocks it, and is told how.
    if (refusal.status === "failed") this.givenUp("pull_request", new OrbError(refusal.problem), name);
  }

  rested(name: PullRequestName, problem: Refusal): void {
    this.log.info({ ...name, problem }, "a pull request that has ended was not looked at");
  }

  /** @param isNews whether it was published */
  quarantined(
    { changeType, ...name }: OfType,
    { problem, isNews }: { problem: Refusal; isNews: boolean },
  ): void {
    this.#outcomes.inc({ outcome: "set_aside" });
    if (isNews) this.#ended(changeType, "failed");
    this.log.error({ ...name, problem }, "pull request quarantined: processes died of it");
    this.givenUp("pull_request", new OrbError(problem), name);
  }

  /** @param seconds from the completion to the end, if it has ended */
  moved(
    { changeType, ...name }: OfType,
    { what, because, seconds }: { what: PullRequestMove; because: string; seconds: number | null },
  ): void {
    this.#outcomes.inc({ outcome: what });
    if (what === "merged" || what === "closed") this.#ended(changeType, what);
    if (what === "merged" && seconds !== null) this.#mergeDuration.observe(seconds);
    this.log.info({ ...name, what, because }, "pull request changed");
  }

  commandCarriedOut(
    name: PullRequestName,
    { command, door, by, outcome }: { command: string; door: string; by: string; outcome: string },
  ): void {
    this.log.info({ ...name, command, door, by, outcome }, "command carried out");
  }

  settingsReported(name: PullRequestName, problems: readonly Refusal[]): void {
    this.log.warn({ ...name, problems }, "settings have mistakes, reported on the check run");
  }

  removed(removed: { readonly pullRequests: number; readonly projects: number }): void {
    const { pullRequests, projects } = removed;
    this.#removed.inc({ what: "pull_request" }, pullRequests);
    this.#removed.inc({ what: "project" }, projects);
    if (pullRequests + projects > 0) this.log.info(removed, "removed old records");
  }

  forgottenWoken(pullRequests: number): void {
    if (pullRequests > 0) this.log.info({ pullRequests }, "gave open pull requests without a next look one");
  }

  /** @param rebuilt `givenUp` names some of the places whose pull requests could not be read */
  rebuilt(rebuilt: { readonly records: number; readonly givenUp: readonly string[] }): void {
    this.log.warn(rebuilt, "the database was empty: open pull requests were read from GitHub");
  }

  /** How many need a person. */
  stuck({ quarantined, ...stuck }: Stuck): void {
    for (const [status, count] of Object.entries(stuck)) this.#stuck.set({ status }, count);
    this.#quarantined.set(quarantined);
  }

  /** How many there are of each status. */
  counted(pullRequests: ReadonlyMap<string, number>): void {
    this.#pullRequests.reset();
    for (const [status, count] of pullRequests) this.#pullRequests.set({ status }, count);
  }

  #ended(changeType: string | null, outcome: (typeof RESULTS)[number]): void {
    this.#results.inc({ change_type: changeType ?? UNKNOWN, outcome });
  }
}
