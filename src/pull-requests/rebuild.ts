import type { GitHub } from "../github/github.ts";
import { isGitHubFailure } from "../github/failure.ts";
import type { BotPullRequests } from "../github/bot-pull-requests.ts";
import type { Database } from "../mongo/database.ts";
import type { Projects } from "../projects/record.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Marker } from "./marker.ts";
import type { RebuildStore } from "./rebuild-store.ts";
import { keyOf, type PullRequestRecord, type WrittenPullRequest } from "./record.ts";
import { newRecord } from "./request.ts";
import { NO_LABELLING } from "./rules/labelling.ts";
import { projectsNamedIn } from "./rules/provenance-project.ts";
import type { PullRequestStore } from "./store.ts";

type Found = BotPullRequests["pullRequests"][number];

interface Deps {
  readonly github: GitHub;
  readonly marker: Marker;
  readonly store: PullRequestStore;
  readonly rebuildStore: RebuildStore;
  readonly projects: Projects;
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** Of one repository, a hundred open pull requests each; those beyond stay without a record. */
const PAGES_PER_REPOSITORY_MAX = 100;

/**
 * Makes the records of open pull requests anew, from what stands on GitHub, where the database is empty: it was lost.
 * A description says of which project it is, and its marker proves it. What the completion said is lost; so a record
 * that was rebuilt has worked off no round, is followed, and is written to once completion is signalled again.
 */
export class Rebuild {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Does nothing where the database has a past. May be cut off anywhere and repeated.
   *
   * @throws OrbError with a code of `classifyFailure`, where GitHub could not be asked for all of it
   */
  async run(): Promise<void> {
    const { github, rebuildStore, telemetry, now } = this.#deps;
    if (!(await rebuildStore.isDue(now()))) return;
    let rebuilt = 0;
    for (const { id, suspended } of await github.installations()) {
      if (suspended) continue;
      for (const { fullName } of await github.installationRepositories(id)) {
        rebuilt += await this.#repository(fullName);
      }
    }
    await rebuildStore.done(now());
    telemetry.rebuilt(rebuilt);
  }

  /** @returns how many records were made. */
  async #repository(fullName: string): Promise<number> {
    let made = 0;
    try {
      const repository = await this.#deps.github.repository(fullName);
      for (let page: number | null = 1; page !== null && page <= PAGES_PER_REPOSITORY_MAX;) {
        const found: BotPullRequests = await repository.openPullRequestsOfBot(page);
        for (const one of found.pullRequests) if (await this.#remember(fullName, one)) made++;
        page = found.nextPage;
      }
    } catch (error) {
      // One that is gone, or closed to the bot, since it was listed must not keep the others from being found.
      if (!isGitHubFailure(error, "not_found", "permission_missing")) throw error;
      this.#deps.telemetry.setback(`Rebuilding ${fullName}`, error);
    }
    return made;
  }

  async #remember(repository: string, found: Found): Promise<boolean> {
    const { marker, store, projects, database, now } = this.#deps;
    const branch = found.headRef;
    const project = projectsNamedIn(found.body).find((named) =>
      marker.isIn(found.body, { project: named, repository, branch }),
    );
    if (project === undefined) return false;
    const record = rebuilt({ project, repository, branch }, found, now());
    const tell = await database.transaction(async (transaction) => {
      if (await store.findByKey(record.key, transaction)) return null;
      const id = String(await store.insert(record, transaction));
      const { number, url } = found;
      const told = { id, repository, branch, number, url, status: "open" as const };
      return projects.recordPullRequest(project, told, transaction);
    });
    tell?.();
    return tell !== null;
  }
}

function rebuilt(
  name: Pick<PullRequestRecord, "project" | "repository" | "branch">,
  found: Found,
  now: Date,
): PullRequestRecord {
  const because = "The bot's memory was lost, and made anew from what stands on GitHub";
  return {
    ...newRecord(now),
    ...name,
    key: keyOf(name),
    status: "open",
    // None that is known; so the next one is newer, whenever it was sent.
    round: 0,
    completion: { ...name, base: found.baseRef, summary: "" },
    completedAt: now,
    completionKey: "rebuilt",
    receivedAt: now,
    openedAt: now,
    pullRequest: written(found),
    because,
    history: [{ at: now, what: "rebuilt", because }],
  };
}

/** What nobody can tell any more counts as done by a person, who must not lose it. */
function written(found: Found): WrittenPullRequest {
  const { number, nodeId, url, title, baseRef, draft, labels, headSha } = found;
  return {
    number,
    nodeId,
    url,
    title,
    draft,
    labels,
    headSha,
    base: baseRef,
    titleWritten: null,
    draftByBot: false,
    labelling: NO_LABELLING,
    reviewersAsked: [],
    checkRun: null,
    adopted: true,
  };
}
