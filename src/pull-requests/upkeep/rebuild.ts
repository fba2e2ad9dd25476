import { OrbError, refusalOf } from "../../errors.ts";
import type { GitHub } from "../../github/github.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";
import type { BotPullRequests } from "../../github/facts/bot-pull-requests.ts";
import type { InstallationRepository } from "../../github/facts/installations.ts";
import type { Installations } from "../../installations/installations.ts";
import type { Database } from "../../mongo/database.ts";
import { isMongoUnavailable, toMongoFailure } from "../../mongo/failure.ts";
import type { Projects } from "../../projects/record.ts";
import type { PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import { backOffMs, mayTryAgain } from "../../work/rules/back-off.ts";
import { isStopped } from "../../work/stop.ts";
import type { Marker } from "../record/marker.ts";
import type { RebuildStore } from "./rebuild-store.ts";
import { keyOf, type PullRequestRecord, type WrittenPullRequest } from "../record/record.ts";
import { newRecord } from "../record/fields.ts";
import { NO_LABELLING } from "../record/rules/labelling.ts";
import { projectsNamedIn } from "./rules/provenance-project.ts";
import type { PullRequestStore } from "../record/store.ts";

/** What is left of a run's limits. */
interface Budget {
  repositories: number;
  /** Ends the run between two repositories. */
  readonly stopping?: AbortSignal | undefined;
  refusedInARow: number;
}

interface Place extends Pick<InstallationRepository, "id" | "fullName"> {
  /** Which no other repository had. */
  readonly names: readonly string[];
}

type Found = BotPullRequests["pullRequests"][number];

interface Deps {
  readonly github: GitHub;
  readonly marker: Marker;
  readonly store: PullRequestStore;
  readonly rebuildStore: RebuildStore;
  readonly installations: Pick<Installations, "ownNames">;
  readonly projects: Projects;
  readonly database: Database;
  readonly telemetry: PullRequestTelemetry;
  readonly now: () => Date;
}

/** Pages of a repository, with a hundred open pull requests each. Further ones get no record. */
const PAGES_PER_REPOSITORY_MAX = 100;
/** One run does a part, so that its job lock holds and GitHub has time for other requests. The next run continues. */
const REPOSITORIES_PER_RUN_MAX = 500;
/** After so many refusals in a row GitHub itself must be away. */
const REFUSED_IN_A_ROW_MAX = 5;
const NAMED_MAX = 20;

/** Ends a run early. Records found so far are kept. */
class Pause extends Error {
  readonly againInMs: number;

  constructor(againInMs: number) {
    super("The rebuild continues later");
    this.againInMs = againInMs;
  }
}

/**
 * Makes new records of open pull requests from GitHub if the database is empty, which means that it was lost.
 * The description names the project, and its marker proves it. The completion is lost, so a rebuilt record has no completed
 * round: it is followed, and nothing is written to it until completion is signalled again.
 */
export class Rebuild {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Does a bounded part of the rest; nothing if the database was not empty. It may be interrupted anywhere and repeated.
   *
   * @returns `againInMs` if there is more to do, or a place refused
   * @throws OrbError with a code of `classifyFailure`, if GitHub does not list the installations
   */
  async run(stopping?: AbortSignal): Promise<{ readonly againInMs?: number }> {
    const { github, rebuildStore, telemetry, now } = this.#deps;
    if (!(await rebuildStore.isDue(now()))) return {};
    const installed = (await github.installations()).filter(({ suspended }) => !suspended);
    const ids = new Map(installed.map(({ id }) => [`installation/${id}`, id]));
    const budget = { repositories: REPOSITORIES_PER_RUN_MAX, refusedInARow: 0, stopping };
    let complete = true;
    try {
      for (const place of await rebuildStore.open([...ids.keys()])) {
        const id = ids.get(place);
        if (id !== undefined && !(await this.#installation(place, id, budget))) complete = false;
      }
    } catch (error) {
      if (error instanceof Pause) return { againInMs: error.againInMs };
      throw error;
    }
    if (!complete) return { againInMs: backOffMs("rebuild_place") };
    telemetry.rebuilt(await rebuildStore.done(now(), { namedMax: NAMED_MAX }));
    return {};
  }

  /** @returns whether the place is finished */
  async #installation(place: string, id: number, budget: Budget): Promise<boolean> {
    const { github, rebuildStore } = this.#deps;
    return this.#look(place, budget, async () => {
      const repositories = await github.installationRepositories(id);
      let complete = true;
      const byName = new Map(repositories.map((each) => [each.fullName, each]));
      for (const fullName of await rebuildStore.open([...byName.keys()])) {
        const listed = byName.get(fullName);
        if (!listed) continue;
        if (budget.repositories-- === 0 || budget.stopping?.aborted)
          throw new Pause(backOffMs("job_cut_short"));
        const done = await this.#look(fullName, budget, () => this.#repository(listed));
        complete &&= done;
      }
      return complete ? 0 : null;
    });
  }

  /**
   * Tries one place. A refusal must not keep the others from being found.
   *
   * @param look returns how many records it made; `null` if it must be tried again
   * @returns whether the place is finished
   */
  async #look(place: string, budget: Budget, look: () => Promise<number | null>): Promise<boolean> {
    const { rebuildStore, telemetry, now } = this.#deps;
    try {
      const records = await look();
      budget.refusedInARow = 0;
      if (records !== null) await rebuildStore.looked(place, { records });
      return records !== null;
    } catch (thrown) {
      const error = toMongoFailure(thrown);
      const isOver = error instanceof Pause || isMongoUnavailable(error) || isStopped(error);
      if (isOver || !(error instanceof OrbError)) throw error;
      const askedMs = error.retryAt && error.retryAt.getTime() - now().getTime();
      if (askedMs !== null) throw new Pause(Math.max(backOffMs("job_cut_short"), askedMs));
      telemetry.setback("rebuild_place", error, { place });
      const refusals = await rebuildStore.refused(place, refusalOf(error));
      // It was deleted or closed to the bot after it was listed, and will stay so.
      const isGone = isGitHubFailure(error, "not_found", "permission_missing");
      const isFinal = isGone || !mayTryAgain("rebuild_place", refusals);
      if (isFinal) await rebuildStore.giveUp(place);
      else if (++budget.refusedInARow >= REFUSED_IN_A_ROW_MAX) throw new Pause(backOffMs("rebuild_place"));
      return isFinal;
    }
  }

  /** @returns how many records were made */
  async #repository({ id, fullName }: InstallationRepository): Promise<number> {
    let made = 0;
    const names = await this.#deps.installations.ownNames({ id, fullName });
    const repository = await this.#deps.github.repository(fullName);
    for (let page: number | null = 1; page !== null && page <= PAGES_PER_REPOSITORY_MAX;) {
      const found: BotPullRequests = await repository.openPullRequestsOfBot(page);
      for (const one of found.pullRequests) {
        if (await this.#remember({ id, fullName, names }, one)) made++;
      }
      page = found.nextPage;
    }
    return made;
  }

  async #remember({ id: repositoryId, fullName, names }: Place, found: Found): Promise<boolean> {
    const { marker, store, projects, database, now } = this.#deps;
    const branch = found.headRef;
    const project = projectsNamedIn(found.body).find((named) =>
      marker.isIn(found.body, { project: named, branch, repositoryId }, { names }),
    );
    if (project === undefined) return false;
    const record = rebuilt({ project, repository: fullName, branch }, { repositoryId, found, now: now() });
    const tell = await database.transaction(async (transaction) => {
      if (await store.findByKey(record.key, transaction)) return null;
      const id = String(await store.insert(record, transaction));
      const { number, url } = found;
      const open = { status: "open", endedAt: null, workspaceKeptUntil: null } as const;
      const told = { id, repository: fullName, branch, number, url, ...open };
      return projects.recordPullRequest(project, told, transaction);
    });
    tell?.();
    return tell !== null;
  }
}

function rebuilt(
  name: Pick<PullRequestRecord, "project" | "repository" | "branch">,
  { repositoryId, found, now }: { repositoryId: number; found: Found; now: Date },
): PullRequestRecord {
  const because = "The bot's database was lost and rebuilt from GitHub";
  return {
    ...newRecord(now, { ...name, urgent: false }),
    ...name,
    repositoryId,
    key: keyOf(name),
    status: "open",
    // No completion is known, so the next one is newer, whenever it was sent.
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

/** What can no longer be told apart counts as a person's, who must not lose it. */
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
