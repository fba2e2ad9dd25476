import type { LocalGitHub } from "../local-github/local-github.ts";
import type { App, Repository } from "../local-github/state.ts";
import { fullName } from "../local-github/world.ts";
import type { PullRequestEvent, WorldEvent } from "../local-github/world-event.ts";

/** Counts what an App does on the local GitHub, under names that may occur only once: a count of two is a mistake. */
export class Effects {
  readonly #app: App;
  readonly #counts = new Map<string, number>();
  readonly #stop: () => void;

  /** Counts from now on. */
  constructor(github: LocalGitHub, app: App) {
    this.#app = app;
    this.#stop = github.world.events.on((event) => this.#count(event));
  }

  /** What was done more than once, each as text such as `opened a pull request from agent/x in octo/hello: 2 times`. */
  get repeated(): readonly string[] {
    return [...this.#counts]
      .filter(([, times]) => times > 1)
      .map(([what, times]) => `${what}: ${times} times`);
  }

  /** How many effects there were. */
  get count(): number {
    return [...this.#counts.values()].reduce((sum, times) => sum + times, 0);
  }

  stop(): void {
    this.#stop();
  }

  #count(event: WorldEvent): void {
    const what = effectOf(event, this.#app);
    if (what !== null) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

/**
 * The name of an effect that the App may have only once; `null` for what it may repeat, such as an edit, and for what
 * others do. Adding a label that is already there raises no event, so `labeled` twice means that it was removed between.
 */
function effectOf(event: WorldEvent, app: App): string | null {
  if (event.type === "check_run") {
    const { action, checkRun } = event;
    const isOurs = action === "created" && checkRun.appId === app.id;
    return isOurs ? `made a check run ${checkRun.name} on ${checkRun.headSha}` : null;
  }
  if (event.sender !== app.bot) return null;
  if (event.type === "issue_comment") {
    const { action, issue, comment, repository } = event;
    return action === "created" ? `commented on ${placeOf(repository, issue)}: ${comment.body}` : null;
  }
  return event.type === "pull_request" ? effectOnPullRequest(event) : null;
}

function effectOnPullRequest(event: PullRequestEvent): string | null {
  const { pullRequest, repository, action } = event;
  const place = placeOf(repository, pullRequest);
  switch (action) {
    case "opened":
      return `opened a pull request from ${pullRequest.headRef} in ${fullName(repository)}`;
    case "labeled":
    case "unlabeled":
      return `${action} ${place} ${event.label.name}`;
    case "review_requested": {
      const { reviewer } = event;
      return `asked ${"team" in reviewer ? reviewer.team : reviewer.account.login} to review ${place}`;
    }
    case "ready_for_review":
    case "converted_to_draft":
      return `${action} ${place} at ${pullRequest.headSha}`;
    case "closed":
    case "reopened":
      return `${action} ${place}`;
    case "edited":
    case "synchronize":
    case "assigned":
    case "unassigned":
    case "review_request_removed":
      return null;
    default:
      return action satisfies never;
  }
}

function placeOf(repository: Repository, { number }: { readonly number: number }): string {
  return `${fullName(repository)}#${number}`;
}
