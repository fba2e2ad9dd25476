import type { Refusal } from "../../errors.ts";
import type { Repository } from "../../github/repository.ts";
import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import { ownWords } from "../../text/safe.ts";
import { sanitizeText } from "../../text/markdown/sanitize.ts";
import type { Templates } from "../../text/templates/templates.ts";
import { HISTORY_MAX, nameOf, type PullRequestRecord } from "../record/record.ts";
import type { Checkpoint } from "../steps/progress.ts";
import { attempt } from "./attempt.ts";
import { answerMarker, answerTo } from "./answer.ts";
import { type CommandRequest, REQUESTS_REMEMBERED_MAX } from "../record/command-request.ts";
import { judgeRequest } from "./rules/judge-command.ts";
import { traceOf, traceOfRefused } from "./trace.ts";

const TITLE_CHARACTERS_MAX = 100;

/** The parts of GitHub that commands use. */
export type CommandDeeds = Pick<
  Repository,
  | "react"
  | "comment"
  | "findComment"
  | "permissionOf"
  | "markReady"
  | "convertToDraft"
  | "findCheckRun"
  | "createCheckRun"
>;

export interface PerformDeps {
  readonly repository: CommandDeeds;
  readonly work: LeasedWork<PullRequestRecord>;
  readonly templates: Templates;
  readonly telemetry: PullRequestTelemetry;
  readonly now: () => Date;
  readonly checkpoint: Checkpoint;
}

/**
 * Carries out the commands on a record, the oldest first, under its lease. It asks whether the person may give commands,
 * reacts at once, does it, and reacts at the end; a person who may not gets only the last reaction. After a crash each part may
 * be done again: GitHub counts a reaction once, comments are found by their marker, and a request leaves the record in the
 * same write that stores its effect.
 *
 * @returns the claim, with the record after the requests; after a retry it has all its attempts again
 * @throws OrbError a temporary failure, so that the run is tried again with the remaining requests; `lease_lost`
 */
export async function performRequests(
  claim: Claim<PullRequestRecord>,
  deps: PerformDeps,
): Promise<Claim<PullRequestRecord>> {
  let current = claim;
  for (const request of claim.document.requests) {
    const { document: record, lease } = current;
    const outcome = await decideAndDo(request, current, deps);
    await deps.checkpoint(`command:${request.command}`);
    await attempt(lease, () => say(request, { record, outcome }, deps));
    await attempt(lease, () => react(request, lastReaction(request, outcome), deps));
    await deps.checkpoint("command:answered");
    current = await conclude(request, { claim: current, outcome }, deps);
  }
  return current;
}

/** `ignored`: the person may not give commands, and gets no explanation. */
type Outcome =
  | { readonly result: "done"; readonly draft: boolean | null }
  | { readonly result: "refused"; readonly refusal: Refusal }
  | { readonly result: "ignored" };

async function decideAndDo(
  request: CommandRequest,
  { document: record, lease }: Claim<PullRequestRecord>,
  deps: PerformDeps,
): Promise<Outcome> {
  const allowed = await attempt(lease, () => isAllowed(request, deps.repository));
  if (allowed.refusal || !allowed.value) return { result: "ignored" };
  await attempt(lease, () => react(request, "eyes", deps));
  const refusal = judgeRequest(request.command, record);
  if (refusal) return { result: "refused", refusal };
  const done = await attempt(lease, () => doOnGitHub(request, record, deps.repository));
  if (!done.refusal) return { result: "done", draft: done.value };
  if (!waitsForPermission(request, done.refusal)) return { result: "refused", refusal: done.refusal };
  const remedy = `${done.refusal.remedy} The bot then does it by itself.`;
  return { result: "refused", refusal: { ...done.refusal, remedy } };
}

/** Whether a refused command stays on the record until its permission is granted. */
function waitsForPermission({ command }: CommandRequest, { code }: Refusal): boolean {
  return (command === "ready" || command === "draft") && code === "permission_missing";
}

/** Calls of the API are checked by their token, and the merge queue is GitHub's own. */
async function isAllowed({ door, by }: CommandRequest, repository: CommandDeeds): Promise<boolean> {
  if (door === "api" || door === "queue") return true;
  const permission = await repository.permissionOf(by);
  return permission === "admin" || permission === "write";
}

/** @returns whether it is a draft now, if the command was about that */
async function doOnGitHub(
  { command, headSha }: CommandRequest,
  { pullRequest }: PullRequestRecord,
  repository: CommandDeeds,
): Promise<boolean | null> {
  if (command === "merge_group" && headSha !== undefined) await passInQueue(headSha, repository);
  if (!pullRequest) return null;
  if (command === "ready") return (await repository.markReady(pullRequest.nodeId)).draft;
  if (command === "draft") return (await repository.convertToDraft(pullRequest.nodeId)).draft;
  return null;
}

/**
 * A required check must be on the merge queue's commit too, or the queue waits for it for ever. The report is on the
 * pull request's own commit.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
async function passInQueue(headSha: string, repository: CommandDeeds): Promise<void> {
  if ((await repository.findCheckRun(headSha)) !== null) return;
  const output = {
    title: sanitizeText("In the merge queue", TITLE_CHARACTERS_MAX),
    summary: ownWords("See the check on the pull request's own commit."),
    text: null,
  };
  await repository.createCheckRun({
    headSha,
    output,
    progress: { status: "completed", conclusion: "success" },
  });
}

async function say(
  request: CommandRequest,
  { record, outcome }: { record: PullRequestRecord; outcome: Outcome },
  { repository, templates }: PerformDeps,
): Promise<void> {
  const { pullRequest } = record;
  if (!pullRequest || request.commentId === null || outcome.result === "ignored") return;
  const refusal = outcome.result === "refused" ? outcome.refusal : null;
  const text = answerTo(request, { record, refusal, templates });
  if (text === null) return;
  // The answer to a command comes after it. The help for unknown commands may be anywhere, and is given once.
  const after = request.command === "unknown" ? 0 : request.commentId;
  if ((await repository.findComment(pullRequest.number, answerMarker(request), after)) !== null) return;
  await repository.comment(pullRequest.number, text);
}

function lastReaction({ command }: CommandRequest, { result }: Outcome): "rocket" | "confused" {
  return result === "done" && command !== "unknown" ? "rocket" : "confused";
}

async function react(
  { commentId }: CommandRequest,
  content: "eyes" | "rocket" | "confused",
  { repository }: PerformDeps,
): Promise<void> {
  if (commentId !== null) await repository.react(commentId, content);
}

function leftBy(
  request: CommandRequest,
  record: PullRequestRecord,
  { outcome, at }: { outcome: Outcome; at: Date },
): Partial<PullRequestRecord> {
  if (outcome.result === "done") return traceOf(request, record, { draft: outcome.draft, at });
  if (outcome.result !== "refused" || !waitsForPermission(request, outcome.refusal)) return {};
  return traceOfRefused(request, record, { refusal: outcome.refusal, at });
}

async function conclude(
  request: CommandRequest,
  { claim, outcome }: { claim: Claim<PullRequestRecord>; outcome: Outcome },
  { work, telemetry, now }: PerformDeps,
): Promise<Claim<PullRequestRecord>> {
  const { document: record, lease } = claim;
  const { key, command, door, by } = request;
  const at = now();
  const done = outcome.result === "done";
  const trace = leftBy(request, record, { outcome, at });
  const entry = {
    at,
    what: outcome.result === "done" ? command : `${command} refused`,
    because: `${by} asked for it`,
  };
  const afresh = done && command === "retry";
  await work.write(lease, {
    $set: { ...trace, updatedAt: at, ...(afresh && { "work.attempts": 1, "work.crashed": [] }) },
    $pull: { requests: { key } },
    $push: {
      requestsDone: { $each: [key], $slice: -REQUESTS_REMEMBERED_MAX },
      ...(outcome.result !== "ignored" && { history: { $each: [entry], $slice: -HISTORY_MAX } }),
    },
  });
  telemetry.commandCarriedOut(nameOf(record), { command, door, by, outcome: outcome.result });
  const requests = record.requests.filter((each) => each.key !== key);
  return {
    lease: afresh ? { ...lease, attempts: 1 } : lease,
    document: { ...record, ...trace, requests, requestsDone: [...record.requestsDone, key] },
  };
}
