import { isGitHubFailure } from "../../github/wire/failure.ts";
import type { Repository } from "../../github/repository.ts";
import type { SettingsInForce } from "../../repository-settings/in-force.ts";
import type { Look } from "../observe/look.ts";
import { shouldDeleteBranch } from "./rules/should-delete-branch.ts";
import { shouldReady } from "./rules/should-ready.ts";
import { type Run, settingsOf } from "../run.ts";

interface Context {
  readonly look: Look;
  readonly repository: Repository;
  readonly settings: SettingsInForce;
  readonly now: () => Date;
}

/** What the bot does by itself after a look: it marks a draft as ready, and deletes a merged branch. */
export async function takeAutomaticActions(run: Run, context: Context): Promise<void> {
  const { lifecycle } = context.look.seen;
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
  try {
    await context.repository.markReady(pullRequest.nodeId);
  } catch (error) {
    const { code, ...refusal } = run.progress.refusalOrThrow(error).toRefusal();
    return run.progress.addShortcoming({ ...refusal, code: `ready_${code}` });
  }
  run.progress.wrote();
  // The next look sees the new state and reports it.
  run.lookSoon = true;
}

async function endBranch(run: Run, context: Context): Promise<void> {
  const { repository, look } = context;
  const { retention } = await settingsOf(run, context);
  const { branch, hold } = run.record;
  // A default branch must never be deleted, whatever was the default a moment ago.
  const { defaultBranch } = await repository.factsNow();
  const facts = { settings: retention, seen: look.seen, branch, defaultBranch, held: hold !== null };
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
