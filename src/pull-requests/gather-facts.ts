import { OrbError } from "../errors.ts";
import type { Comparison } from "../github/comparison.ts";
import { isGitHubFailure } from "../github/failure.ts";
import type { Repository } from "../github/repository.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { Completion } from "../signals/signal.ts";
import type { Templates } from "../text/templates.ts";
import type { Marker } from "./marker.ts";
import type { PullRequestRecord } from "./record.ts";
import type { ExistingPullRequest, PublishFacts } from "./rules/decide-publish.ts";
import type { ChangeAnalysis } from "./rules/change-analysis.ts";
import { changeType } from "./rules/change-type.ts";
import { BODY_CHARACTERS_MAX, composeBody } from "./rules/compose-body.ts";
import { describeTitle } from "./rules/describe-title.ts";
import type { DescriptionFacts } from "./rules/description-facts.ts";

interface Deps {
  readonly projects: ProjectStore;
  readonly marker: Marker;
  readonly templates: Templates;
}

/** What GitHub's refusals have taught in this run. */
export interface Lessons {
  /** A pull request may be there though our record knows of none. */
  readonly mayExist: boolean;
  readonly draftsRefused: boolean;
  /** In (0, 1]: how much of the full description GitHub takes. */
  readonly bodyScale: number;
}

const NOTHING_TO_COMPARE: Comparison = {
  aheadBy: 0,
  behindBy: 0,
  baseSha: "",
  headSha: null,
  commits: [],
  files: [],
  filesTruncated: false,
  total: null,
};

/**
 * Loads what the decision needs, with as few requests as it can: one comparison where the repository is known
 * and there is no pull request yet.
 */
export async function gatherFacts(
  record: PullRequestRecord,
  repository: Repository,
  lessons: Lessons,
  { projects, marker, templates }: Deps,
): Promise<PublishFacts> {
  const { completion } = record;
  const facts = await repository.facts();
  const project = await projects.find(record.project);
  const base = record.pullRequest?.base ?? completion.base ?? facts.defaultBranch;
  const existing = await findExisting(record, { repository, base, marker, mayExist: lessons.mayExist });
  const decided = base === completion.branch || facts.archived || existing?.state === "closed";
  const comparison = decided ? NOTHING_TO_COMPARE : await compare(repository, base, completion.branch);
  const description = describedFacts(completion, comparison, { base, defaultBranch: facts.defaultBranch });
  const { body } = composeBody(description, {
    layout: { kind: "own" },
    marker: marker.of(record),
    render: (name, values) => templates.render(name, values),
    charactersMax: BODY_CHARACTERS_MAX * lessons.bodyScale,
    inCheckRun: false,
  });
  return {
    completion,
    projectStatus: project?.status ?? null,
    repository: facts,
    base,
    comparison,
    existing,
    draftsRefused: lessons.draftsRefused,
    title: describeTitle({ completion, comparison }),
    body,
  };
}

/** What a comparison alone tells of a change. */
function describedFacts(
  completion: Completion,
  comparison: Comparison,
  branches: Pick<DescriptionFacts, "base" | "defaultBranch">,
): DescriptionFacts {
  const { files, commits, headSha, filesTruncated } = comparison;
  return {
    ...branches,
    completion,
    comparison,
    headSha,
    commits: commits.map(({ sha, subject }) => ({ sha, message: subject })),
    analysis: provisionalAnalysis(completion, comparison),
    totals: {
      files: files.length,
      exact: !filesTruncated,
      additions: files.reduce((sum, { additions }) => sum + additions, 0),
      deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    },
    plan: null,
    requirements: null,
    checks: null,
    disclosure: null,
    notes: [],
    policy: { closes: completion.issues ?? [], gitHubHost: "github.com", linkHosts: [] },
  };
}

function provisionalAnalysis(completion: Completion, { files, commits }: Comparison): ChangeAnalysis {
  const subjects = commits.map(({ subject }) => subject);
  const { type, because } = changeType({
    claimed: completion.type,
    title: completion.title,
    subjects,
    files,
  });
  return {
    type,
    typeBecause: because,
    disagreement: null,
    size: { size: "XS", lines: 0, linesLeftOut: 0 },
    areas: [],
    risks: [],
    files: files.map((file) => ({ ...file, kind: "source", generated: false, vendored: false })),
    problems: [],
  };
}

async function findExisting(
  record: PullRequestRecord,
  {
    repository,
    base,
    marker,
    mayExist,
  }: { repository: Repository; base: string; marker: Marker; mayExist: boolean },
): Promise<ExistingPullRequest | null> {
  const { pullRequest, branch } = record;
  if (pullRequest) {
    const remote = await repository.pullRequest(pullRequest.number);
    return { ...remote, ours: true, titleWritten: pullRequest.titleWritten };
  }
  if (!mayExist && !record.steps.some(({ step }) => step === "write")) return null;
  const found = await repository.pullRequestsFrom({ head: branch, base });
  const ours = found.find(({ body }) => marker.isIn(body, record));
  if (ours) return { ...ours, ours: true, titleWritten: ours.title };
  // GitHub allows one open pull request from one branch into another; one that is closed is in nobody's way.
  const theirs = found.find(({ state }) => state === "open");
  return theirs ? { ...theirs, ours: false, titleWritten: null } : null;
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
      reason: `There is no branch ${branch} on GitHub${isBase ? " to merge into" : ""}.`,
      remedy: isBase
        ? "Name a base branch that exists, then signal completion again."
        : "Push the branch, then signal completion again.",
    },
    { cause },
  );
}
