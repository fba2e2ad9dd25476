import type { LocalGitHub } from "../local-github/local-github.ts";
import type { App, Repository } from "../local-github/state.ts";
import { fullName } from "../local-github/world.ts";
import type { PullRequestEvent, WorldEvent } from "../local-github/world-event.ts";

/** What an App did on the local GitHub, each deed by what makes it one: done twice, it was once too often. */
export class Effects {
  readonly #app: App;
  readonly #counts = new Map<string, number>();
  readonly #stop: () => void;

  /** Looks over GitHub's shoulder from now on. */
  constructor(github: LocalGitHub, app: App) {
    this.#app = app;
    this.#stop = github.world.events.on((event) => this.#hear(event));
  }

  /** What was done more than once, in a sentence each, such as `opened a pull request from agent/x in octo/hello: 2 times`. */
  get repeated(): readonly string[] {
    return [...this.#counts]
      .filter(([, times]) => times > 1)
      .map(([what, times]) => `${what}: ${times} times`);
  }

  /** How many deeds there were. */
  get count(): number {
    return [...this.#counts.values()].reduce((sum, times) => sum + times, 0);
  }

  stop(): void {
    this.#stop();
  }

  #hear(event: WorldEvent): void {
    const what = deedOf(event, this.#app);
    if (what !== null) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

/**
 * Names a deed of the App's by what nobody may do twice; `null` for what it may repeat, such as an edit, and for what
 * others did. A label that GitHub has already raises no event, so `labeled` twice means that it was taken off between.
 */
function deedOf(event: WorldEvent, app: App): string | null {
  if (event.type === "check_run") {
    const { action, checkRun } = event;
    const isOurs = action === "created" && checkRun.appId === app.id;
    return isOurs ? `made a check run ${checkRun.name} on ${checkRun.headSha}` : null;
  }
  if (event.sender !== app.bot) return null;
  if (event.type === "issue_comment") {
    const { action, issue, comment, repository } = event;
    return action === "created" ? `said on ${placeOf(repository, issue)}: ${comment.body}` : null;
  }
  return event.type === "pull_request" ? deedOnPullRequest(event) : null;
}

function deedOnPullRequest(event: PullRequestEvent): string | null {
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
