import { isGitHubFailure } from "../../github/wire/failure.ts";
import type { Repository } from "../../github/repository.ts";
import type { SettingsInForce } from "../../repository-settings/in-force.ts";
import type { Look } from "../observe/look.ts";
import { changeRefused } from "../commands/trace.ts";
import { shouldDeleteBranch } from "./rules/should-delete-branch.ts";
import { shouldReady } from "./rules/should-ready.ts";
import type { DraftWish } from "../record/command-request.ts";
import { type Run, settingsOf } from "../run.ts";

interface Context {
  readonly look: Look;
  readonly repository: Repository;
  readonly settings: SettingsInForce;
  readonly now: () => Date;
}

/**
 * What the bot does by itself after a look: it marks a draft as ready, deletes a merged branch, and carries out what a person
 * asked for before the App had the permission.
 */
export async function takeAutomaticActions(run: Run, context: Context): Promise<void> {
  const { lifecycle } = context.look.seen;
  if (run.draftWaits && (await carryOut(run.draftWaits, run, context))) return;
  if (lifecycle === "draft") return markReady(run, context);
  if (lifecycle === "merged" && run.record.branchEnd === null) return endBranch(run, context);
  // The settings say how long the agents' workspace stays.
  if (lifecycle === "closed" && run.record.status === "open") await settingsOf(run, context);
}

async function markReady(run: Run, context: Context): Promise<void> {
  const now = context.now();
  const { pullRequest } = run.progress;
  const { record } = run;
  const facts = {
    seen: context.look.seen,
    draftByBot: pullRequest.draftByBot && record.draftAsked === null,
    held: record.hold !== null,
    now,
  };
  // Most drafts wait for their checks, so the settings are read only if nothing else keeps it a draft.
  if (!shouldReady({ ...facts, settings: { autoReady: true } }).ready) return;
  const settings = await settingsOf(run, context);
  if (!shouldReady({ ...facts, settings }).ready) return;
  await changeDraft(run, context, false);
}

/** @returns whether the draft state is settled for this run */
async function carryOut({ draft }: DraftWish, run: Run, context: Context): Promise<boolean> {
  const { lifecycle } = context.look.seen;
  const isDraft = lifecycle === "draft";
  if (!isDraft && lifecycle !== "open") return false;
  if (isDraft !== draft && !(await changeDraft(run, context, draft))) return true;
  run.draftWaits = null;
  return isDraft !== draft;
}

/**
 * A change that was refused for lack of a permission is not tried at each look: only after a permission was granted, or
 * somebody asked for a refresh.
 *
 * @returns whether it is done
 */
async function changeDraft(run: Run, { repository }: Context, draft: boolean): Promise<boolean> {
  const { progress, record } = run;
  const known = record.shortcomings.find(({ code }) => code === changeRefused(draft));
  if (known && record.refreshAsked === null) {
    progress.addShortcoming(known);
    return false;
  }
  const { nodeId } = progress.pullRequest;
  try {
    await (draft ? repository.convertToDraft(nodeId) : repository.markReady(nodeId));
  } catch (error) {
    const { code, ...refusal } = progress.refusalOrThrow(error).toRefusal();
    progress.addShortcoming({ ...refusal, code: `${draft ? "draft" : "ready"}_${code}` });
    return false;
  }
  progress.wrote();
  // The next look sees the new state and reports it.
  run.lookSoon = true;
  return true;
}

async function endBranch(run: Run, context: Context): Promise<void> {
  const { repository, look } = context;
  const { retention, baseBranches } = await settingsOf(run, context);
  const { branch, hold } = run.record;
  // A default branch must never be deleted, whatever was the default a moment ago.
  const { defaultBranch } = await repository.factsNow();
  const facts = {
    settings: { ...retention, baseBranches },
    seen: look.seen,
    branch,
    defaultBranch,
    held: hold !== null,
  };
  const first = shouldDeleteBranch({ ...facts, asked: null });
  const asked = first.answer === "ask" ? await askAboutBranch(run, repository) : null;
  const decision = asked ? shouldDeleteBranch({ ...facts, asked }) : first;
  run.branchEnd = decision.answer === "delete" ? await deleteBranch(run, repository) : "kept";
}

/** `null` if it is gone already. */
async function askAboutBranch({ record: { branch }, progress }: Run, repository: Repository) {
  const branchSha = await repository.branchSha(branch);
  if (branchSha === null) return null;
  const users = await repository.branchUsers(branch);
  return { branchSha, otherUsers: users.filter((number) => number !== progress.pullRequest.number) };
}

async function deleteBranch(run: Run, repository: Repository): Promise<"deleted" | "kept"> {
  try {
    await repository.deleteBranch(run.record.branch);
    run.progress.wrote();
    return "deleted";
  } catch (error) {
    // The pull request is merged anyway. The reason why its branch stays is reported once, and deleting is not retried.
    if (!isGitHubFailure(error, "permission_missing", "validation_failed")) throw error;
    const { code, ...refusal } = error.toRefusal();
    run.progress.addShortcoming({ ...refusal, code: `branch_${code}` });
    return "kept";
  }
}
