import type { Installations } from "../../installations/installations.ts";
import { OrbError } from "../../errors.ts";
import type { Comparison } from "../../github/facts/comparison.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";
import { OPEN_NUMBERS_MAX } from "../../github/deeds/pull-requests.ts";
import { type BaseFiles, NO_FILES } from "../../github/facts/files/base-files.ts";
import type { RemotePullRequest } from "../../github/facts/pull-request.ts";
import type { RepositoryFacts } from "../../github/facts/repository-facts.ts";
import type { Repository } from "../../github/repository.ts";
import type { Plan } from "../../projects/project.ts";
import { planOf } from "../../projects/rules/project-status.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { InForce, SettingsInForce, SettingsOf } from "../../repository-settings/in-force.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { Sibling } from "../../descriptions/rules/description-facts.ts";
import { changeSetOf } from "../change-set/members.ts";
import { readRules, type Rules } from "./read-rules.ts";
import type { Marker } from "../record/marker.ts";
import type { RemovalStore } from "../record/removal-store.ts";
import type { ExistingPullRequest } from "./rules/existing-pull-request.ts";
import { NO_LABELLING } from "../record/rules/labelling.ts";
import { openAmong, type QueuePlace, queuePlace } from "../record/rules/queue-place.ts";
import { mayBeForgotten } from "./rules/may-be-forgotten.ts";
import { siblingsOf } from "../change-set/rules/siblings.ts";
import type { RefusalFacts } from "./rules/refuse-publish.ts";
import type { PullRequestStore } from "../record/store.ts";
import type { PublishRequest } from "./publish-request.ts";

export interface GatherDeps {
  readonly store: PullRequestStore;
  readonly projectStore: ProjectStore;
  readonly settings: SettingsInForce;
  readonly marker: Marker;
  readonly removals: RemovalStore;
  readonly installations: Pick<Installations, "ownNames">;
}

/** The facts that are needed to say whether anything blocks the pull request, before the change itself is read. */
export interface Gathered extends RefusalFacts {
  readonly repository: RepositoryFacts;
  readonly settings: RepositorySettings;
  readonly inForce: InForce;
  /** Whose settings apply; `null` if the base is the default branch. */
  readonly rulesBecause: string | null;
  readonly plan: Plan | null;
  readonly baseFiles: BaseFiles;
  /** The others of its change set. */
  readonly siblings: readonly Sibling[];
}

const NOTHING_TO_COMPARE: Comparison = {
  aheadBy: 0,
  behindBy: 0,
  baseSha: "",
  headSha: null,
  headCommittedAt: null,
  commits: [],
  files: [],
  filesTruncated: false,
  total: null,
};

/**
 * Loads the facts that decide whether there may be a pull request, with as few requests as possible: one comparison if
 * the repository and its base are known and there is no pull request yet.
 */
export async function gatherFacts(
  request: PublishRequest,
  { repository, facts, mayExist }: { repository: Repository; facts: RepositoryFacts; mayExist: boolean },
  deps: GatherDeps,
): Promise<Gathered> {
  const { store, projectStore, settings } = deps;
  const { completion } = request;
  const project = await projectStore.find(request.project);
  const wantedBase = request.pullRequest?.base ?? completion.base ?? facts.defaultBranch;
  const existing = await findExisting(request, { repository, facts, base: wantedBase, mayExist }, deps);
  // People may change the base, and so does GitHub after the base was merged and deleted.
  const base = existing?.baseRef ?? wantedBase;
  const decided = base === completion.branch || facts.archived || existing?.state === "closed";
  const comparison = decided ? NOTHING_TO_COMPARE : await compare(repository, base, completion.branch);
  if (!existing && !mayExist && mayBeForgotten(comparison, await deps.removals.lastAt())) {
    return gatherFacts(request, { repository, facts, mayExist: true }, deps);
  }
  const at = { fullName: request.repository, base };
  const { inForce, baseFiles, because } = decided
    ? await lastKnownRules({ ...at, defaultBranch: facts.defaultBranch }, settings)
    : await readRules(
        { ...at, baseSha: comparison.baseSha },
        { repository, settings },
        { dryRun: request.lookOnly, reporter: request.entry.id },
      );
  return {
    completion,
    projectStatus: project?.status ?? null,
    plan: project ? planOf(project.facts) : null,
    repository: facts,
    settings: inForce.settings,
    inForce,
    rulesBecause: because,
    base,
    baseFiles,
    siblings: siblingsOf(await changeSetOf(request.project, store), {
      id: request.entry.id,
      private: facts.private,
    }),
    comparison,
    existing,
    place: existing ? null : await findPlace(request, { repository, store, settings: inForce.settings }),
  };
}

/** Files that were not read are not missing files, so nothing is stored and the known ones stay. */
async function lastKnownRules(at: SettingsOf, settings: SettingsInForce): Promise<Rules> {
  const unread = { ownerFile: null, repositoryFile: null, baseFile: null };
  const inForce = await settings.of(at, unread, { dryRun: true });
  return { inForce, baseFiles: NO_FILES, because: null };
}

async function findExisting(
  request: PublishRequest,
  {
    repository,
    facts: { identity },
    base,
    mayExist,
  }: { repository: Repository; facts: RepositoryFacts; base: string; mayExist: boolean },
  { marker, installations }: Pick<GatherDeps, "marker" | "installations">,
): Promise<ExistingPullRequest | null> {
  const { pullRequest, known, branch, begun, titleBegun } = request;
  // Its answer may have been lost. Any other title may be a person's.
  const ofLastWrite = ({ title }: RemotePullRequest) => (title === titleBegun ? titleBegun : null);
  if (pullRequest) {
    const remote = known?.pullRequest ?? (await repository.pullRequest(pullRequest.number));
    const { labelling, reviewersAsked } = pullRequest;
    const titleWritten = ofLastWrite(remote) ?? pullRequest.titleWritten;
    return { ...remote, ours: true, titleWritten, labelling, reviewersAsked };
  }
  if (!mayExist && !begun) return null;
  const found = await repository.pullRequestsFrom(branch);
  const unknown = { titleWritten: null, labelling: NO_LABELLING, reviewersAsked: [] };
  // With any base, because an earlier completion or a person may have chosen another.
  const names = await installations.ownNames(identity);
  const marked = { project: request.project, branch, repositoryId: identity.id };
  const ours = found.find(({ body }) => marker.isIn(body, marked, { names }));
  if (ours) return { ...ours, ...unknown, ours: true, titleWritten: ofLastWrite(ours) };
  // GitHub allows one open pull request from one branch into another. Closed ones don't count.
  const theirs = found.find(({ state, baseRef }) => state === "open" && baseRef === base);
  return theirs ? { ...theirs, ...unknown, ours: false } : null;
}

async function findPlace(
  { repository: name, entry }: PublishRequest,
  {
    repository,
    store,
    settings: { limits },
  }: { repository: Repository; store: PullRequestStore; settings: RepositorySettings },
): Promise<QueuePlace | null> {
  if (limits.openPerRepository === null && limits.openPerRequester === null) return null;
  const others = await store.queueIn(name, { except: entry.id });
  const remembered = queuePlace({ entry, others, limits, openOnGitHub: null });
  if (!remembered) return null;
  // Before a pull request has to wait, GitHub is asked which of them are still open.
  const listed = await repository.openPullRequestNumbers();
  const openOnGitHub = openAmong(others, { listed, listedMax: OPEN_NUMBERS_MAX });
  return queuePlace({ entry, others, limits, openOnGitHub });
}

async function compare(repository: Repository, base: string, branch: string): Promise<Comparison> {
  try {
    return await repository.compare(base, branch);
  } catch (error) {
    if (!isGitHubFailure(error, "not_found")) throw error;
    for (const name of [branch, base]) {
      if (!(await repository.hasBranch(name))) throw missing(name, { isBase: name === base, cause: error });
    }
    throw error;
  }
}

function missing(branch: string, { isBase, cause }: { isBase: boolean; cause: unknown }): OrbError {
  return new OrbError(
    {
      code: isBase ? "base_missing" : "branch_missing",
      reason: `The ${isBase ? "base branch" : "branch"} ${branch} does not exist on GitHub.`,
      remedy: isBase
        ? "Choose a base branch that exists, then signal completion again."
        : "Push the branch, then signal completion again.",
    },
    { cause },
  );
}
