import type { Refusal } from "../../../errors.ts";
import type { Comparison } from "../../../github/facts/comparison.ts";
import type { RepositoryFacts } from "../../../github/facts/repository-facts.ts";
import type { InForce } from "../../../repository-settings/in-force.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Completion } from "../../../signals/signal.ts";
import type { ExistingPullRequest } from "./existing-pull-request.ts";
import { compileGlobs, segmentsOf } from "../../../changes/rules/globs.ts";
import { describePlace, type QueuePlace } from "../../record/rules/queue-place.ts";
import { shortSha } from "../../../text/short-sha.ts";

export interface RefusalFacts {
  readonly completion: Completion;
  readonly projectStatus: string | null;
  readonly repository: Omit<RepositoryFacts, "identity">;
  readonly settings: Pick<RepositorySettings, "enabled" | "hold" | "baseBranches" | "branches">;
  readonly inForce: Pick<InForce, "origins" | "fileNames">;
  readonly base: string;
  readonly comparison: Comparison;
  readonly existing: ExistingPullRequest | null;
  /** Its place in the queue; `null` if there is room. */
  readonly place: QueuePlace | null;
}

/** What blocks a pull request; `null` if nothing does. */
export function refusePublish(facts: RefusalFacts): Refusal | null {
  const { completion, comparison, existing, place } = facts;
  const refusal = refuseProject(facts) ?? refuseBranches(facts) ?? refuseBySettings(facts);
  if (refusal) return refusal;
  // A replica of GitHub may lag behind any push to the branch, and then shows an old state.
  if (existing) return refuseExisting(existing, completion) ?? refuseHead(completion, comparison);
  return (
    refuseNothing(facts) ??
    refuseHead(completion, comparison) ??
    refuseOnHold(facts) ??
    (place && describePlace(place, { repository: completion.repository, file: fileOf("limits", facts) }))
  );
}

/**
 * Whether the branch changes nothing, also by commits: an empty one, or one and its revert. GitHub would open a pull request
 * without any files for them.
 */
export function refuseNothing({
  completion: { branch },
  base,
  comparison: { aheadBy, files, filesTruncated },
}: Pick<RefusalFacts, "completion" | "base" | "comparison">): Refusal | null {
  if (aheadBy > 0 && (files.length > 0 || filesTruncated)) return null;
  return {
    code: "no_changes",
    reason: `${branch} has no changes that ${base} lacks.`,
    remedy: `Push a commit to ${branch}, then signal completion again.`,
  };
}

function refuseProject({ completion, projectStatus, repository }: RefusalFacts): Refusal | null {
  if (projectStatus === "cancelled") {
    return {
      code: "project_cancelled",
      reason: "The project was cancelled.",
      remedy: "No action needed. Start a new project to publish this branch.",
    };
  }
  if (!repository.archived) return null;
  return {
    code: "repository_archived",
    reason: `${completion.repository} is archived, so it is read-only.`,
    remedy: "Unarchive the repository on GitHub, then signal completion again.",
  };
}

function refuseBranches({ completion, base }: RefusalFacts): Refusal | null {
  if (base !== completion.branch) return null;
  return {
    code: "base_equals_head",
    reason: `${base} can't be merged into itself.`,
    remedy: "Push the work to another branch, then signal completion for that branch.",
  };
}

/** The refusals of the repository's settings. An open pull request is still updated unless the bot is switched off. */
function refuseBySettings(facts: RefusalFacts): Refusal | null {
  const { completion, settings, base, existing } = facts;
  const { repository, branch } = completion;
  if (!settings.enabled) {
    return {
      code: "bot_disabled",
      reason: `The bot is switched off for ${repository} in ${fileOf("enabled", facts)}.`,
      remedy: "Set `enabled: true` there, then signal completion again.",
    };
  }
  if (existing) return null;
  if (!allowed(settings.baseBranches, base)) {
    return {
      code: "base_not_allowed",
      reason: `${repository} ${acceptsOnly("into", settings.baseBranches, base)}.`,
      remedy: `Choose another base, or add this one to \`baseBranches\` in ${fileOf("baseBranches", facts)}.`,
    };
  }
  if (!allowed(settings.branches, branch)) {
    return {
      code: "branch_not_allowed",
      reason: `${repository} ${acceptsOnly("from", settings.branches, branch)}.`,
      remedy: `Push to a branch with another name, or add this one to \`branches\` in ${fileOf("branches", facts)}.`,
    };
  }
  return null;
}

function allowed(globs: readonly string[], name: string): boolean {
  return compileGlobs(globs).test(segmentsOf(name));
}

/** The file that sets a key, in words; that of the repository if no file does. */
function fileOf(key: keyof InForce["origins"], { inForce }: RefusalFacts): string {
  return inForce.fileNames[inForce.origins[key] ?? "repository"];
}

const LISTED_MAX = 5;

function acceptsOnly(way: "into" | "from", globs: readonly string[], branch: string): string {
  if (globs.length === 0) return "accepts no agent pull requests";
  const more = globs.length > LISTED_MAX ? ` and ${globs.length - LISTED_MAX} more` : "";
  const listed = globs.slice(0, LISTED_MAX).join(", ") + more;
  return `accepts agent pull requests ${way} ${listed} only, not ${branch}`;
}

function refuseOnHold(facts: RefusalFacts): Refusal | null {
  const {
    completion,
    settings: { hold },
  } = facts;
  if (hold === false) return null;
  const because = hold === true ? "" : `: ${hold.trim().replace(/\.$/, "")}`;
  return {
    code: "on_hold",
    reason: `${completion.repository} accepts no new agent pull requests for now${because}.`,
    remedy: `No action needed. The bot opens it when the hold is removed from ${fileOf("hold", facts)}.`,
  };
}

function refuseExisting(existing: ExistingPullRequest, { branch }: Completion): Refusal | null {
  const { number, ours, state, merged } = existing;
  if (!ours) {
    return {
      code: "pull_request_not_ours",
      reason: `#${number} is open from ${branch}, and this project did not open it.`,
      remedy: `Close #${number} or push to another branch, then signal completion again.`,
    };
  }
  if (state === "open") return null;
  return {
    code: merged ? "pull_request_merged" : "pull_request_closed",
    reason: `#${number} from ${branch} was ${merged ? "merged" : "closed"}.`,
    remedy: merged ? "Push further work to a new branch." : `Reopen #${number}, or push to a new branch.`,
  };
}

function refuseHead(
  { branch, headSha }: Completion,
  { headSha: actual, commits }: Comparison,
): Refusal | null {
  const unknown = headSha === undefined || actual === null;
  if (unknown || commits.some(({ sha }) => sha === headSha)) return null;
  return {
    code: "head_not_pushed",
    reason: `The signal names commit ${shortSha(headSha)}, which is not on ${branch}.`,
    remedy: `Push that commit, or signal completion for ${shortSha(actual)}, the head of the branch.`,
  };
}
