// Check runs and commit statuses: the two ways in which CI reports on a commit.

import { refused, validationFailed } from "../github-error.ts";
import type { CheckAnnotation, CheckRun, CommitStatus, Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";
import { branchAt } from "./branches.ts";

// https://docs.github.com/rest/checks/runs: limits on the lengths of texts and the numbers of annotations and
// buttons.
const OUTPUT_LENGTH_MAX = 65_535;
const ANNOTATIONS_PER_REQUEST_MAX = 50;
const ACTIONS_MAX = 3;

/** The App of GitHub Actions. */
export const ACTIONS_SLUG = "github-actions";

export interface CheckRunInput {
  readonly name?: string;
  readonly status?: CheckRun["status"];
  readonly conclusion?: string;
  readonly detailsUrl?: string;
  readonly externalId?: string;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
  readonly output?: {
    readonly title?: string | undefined;
    readonly summary?: string | undefined;
    readonly text?: string | undefined;
    readonly annotations?: readonly CheckAnnotation[] | undefined;
  };
  readonly actions?: CheckRun["actions"];
  readonly log?: string;
}

/** Creates a check run of an App for a commit (full id). With a conclusion it is completed. */
export async function createCheckRun(
  world: World,
  actor: Actor,
  repository: Repository,
  input: CheckRunInput & { readonly name: string; readonly headSha: string; readonly appId: number },
): Promise<CheckRun> {
  const checkRun: CheckRun = {
    ...world.newIdentity("CR"),
    appId: input.appId,
    headSha: input.headSha,
    name: input.name,
    status: "queued",
    conclusion: null,
    detailsUrl: null,
    externalId: null,
    startedAt: input.startedAt ?? world.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    log: input.log ?? null,
    actions: [],
  };
  fill(world, checkRun, input);
  repository.checkRuns.push(checkRun);
  const about = { type: "check_run", repository, checkRun, sender: actor.account } as const;
  await world.raise({ ...about, action: "created" });
  if (checkRun.status === "completed") await tellCompleted(world, actor, repository, checkRun);
  return checkRun;
}

/** Changes the given fields; annotations are added to the existing ones. */
export async function updateCheckRun(
  world: World,
  actor: Actor,
  repository: Repository,
  checkRun: CheckRun,
  input: CheckRunInput,
): Promise<void> {
  const before = checkRun.status;
  fill(world, checkRun, input);
  if (before !== "completed" && checkRun.status === "completed") {
    await tellCompleted(world, actor, repository, checkRun);
  }
}

async function tellCompleted(
  world: World,
  actor: Actor,
  repository: Repository,
  checkRun: CheckRun,
): Promise<void> {
  const { account: sender } = actor;
  const { appId, headSha } = checkRun;
  await world.raise({ type: "check_run", action: "completed", repository, checkRun, sender });
  const suite = repository.checkRuns.filter((run) => run.appId === appId && run.headSha === headSha);
  if (suite.some((run) => run.status !== "completed")) return;
  const headBranch = await branchAt(world, repository, headSha);
  await world.raise({
    type: "check_suite",
    action: "completed",
    repository,
    appId,
    headSha,
    headBranch,
    sender,
  });
}

function fill(world: World, run: CheckRun, input: CheckRunInput): void {
  checkLimits(input);
  run.name = input.name ?? run.name;
  run.detailsUrl = input.detailsUrl ?? run.detailsUrl;
  run.externalId = input.externalId ?? run.externalId;
  run.output = {
    title: input.output?.title ?? run.output.title,
    summary: input.output?.summary ?? run.output.summary,
    text: input.output?.text ?? run.output.text,
  };
  run.annotations.push(...(input.output?.annotations ?? []));
  run.actions = input.actions ?? run.actions;
  run.log = input.log ?? run.log;
  run.status = input.conclusion === undefined ? (input.status ?? run.status) : "completed";
  if (run.status === "completed") {
    if (input.conclusion === undefined && run.conclusion === null) {
      throw validationFailed({ resource: "CheckRun", code: "missing_field", field: "conclusion" });
    }
    run.conclusion = input.conclusion ?? run.conclusion;
    run.completedAt = input.completedAt ?? run.completedAt ?? world.now();
  } else {
    run.conclusion = null;
    run.completedAt = null;
  }
}

function checkLimits({ output, actions = [] }: CheckRunInput): void {
  for (const [field, text] of [
    ["summary", output?.summary],
    ["text", output?.text],
  ] as const) {
    if (text !== undefined && text.length > OUTPUT_LENGTH_MAX) {
      const message = `Only ${OUTPUT_LENGTH_MAX} characters are allowed; ${text.length} were supplied.`;
      throw refused("CheckRun", message, field);
    }
    // https://github.com/github/docs/issues/35252
    if (text !== undefined && Buffer.byteLength(text) > OUTPUT_LENGTH_MAX) {
      throw refused("CheckRun", `${field} exceeds a maximum bytesize of ${OUTPUT_LENGTH_MAX}`, field);
    }
  }
  const annotations = output?.annotations?.length ?? 0;
  if (annotations > ANNOTATIONS_PER_REQUEST_MAX) {
    const message = `No more than ${ANNOTATIONS_PER_REQUEST_MAX} items are allowed; ${annotations} were supplied.`;
    throw refused("CheckRun", message, "annotations");
  }
  if (actions.length > ACTIONS_MAX) {
    const message = `No more than ${ACTIONS_MAX} items are allowed; ${actions.length} were supplied.`;
    throw refused("CheckRun", message, "actions");
  }
}

export interface StatusInput {
  readonly state: CommitStatus["state"];
  readonly context?: string;
  readonly description?: string | null;
  readonly targetUrl?: string | null;
}

/** Sets a commit status; the newest of each context counts. */
export async function setStatus(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  sha: string,
  { state, context = "default", description = null, targetUrl = null }: StatusInput,
): Promise<CommitStatus> {
  const identity = world.newIdentity("SC");
  const status = {
    ...identity,
    creator: sender,
    sha,
    createdAt: world.now(),
    context,
    state,
    description,
    targetUrl,
  };
  repository.statuses.push(status);
  await world.raise({ type: "status", repository, status, sender });
  return status;
}

/** The newest status of each context on a commit, newest first. */
export function latestStatuses(repository: Repository, sha: string): CommitStatus[] {
  const byContext = new Map<string, CommitStatus>();
  for (const status of repository.statuses) {
    if (status.sha !== sha) continue;
    byContext.delete(status.context); // a Map keeps the first position of a key, but the newest must be last
    byContext.set(status.context, status);
  }
  return [...byContext.values()].toReversed();
}

/** The newest run of each name and App on a commit. */
export function latestCheckRuns(repository: Repository, sha: string): CheckRun[] {
  const byName = new Map<string, CheckRun>();
  for (const run of repository.checkRuns)
    if (run.headSha === sha) byName.set(`${run.appId} ${run.name}`, run);
  return [...byName.values()];
}
