import type { Refusal } from "../../errors.ts";
import type { Comparison } from "../../github/comparison.ts";
import type { RemotePullRequest } from "../../github/pull-request.ts";
import type { LabelLook, RepositoryFacts } from "../../github/repository.ts";
import { DEFAULT_SETTINGS } from "../../repository-settings/settings.ts";
import type { Completion } from "../../signals/signal.ts";
import type { SafeMarkdown, SafeText } from "../../text/safe.ts";
import { analyseChange } from "./change-analysis.ts";
import { labelsFor } from "./labels.ts";
import { refreshSections } from "./sections.ts";

/** Everything that decides about a pull request. */
export interface PublishFacts {
  readonly completion: Completion;
  readonly projectStatus: string | null;
  readonly repository: RepositoryFacts;
  readonly base: string;
  readonly comparison: Comparison;
  /** The pull request that is there already. */
  readonly existing: ExistingPullRequest | null;
  /** What GitHub said no to just now. */
  readonly draftsRefused: boolean;
  readonly title: SafeText;
  readonly body: SafeMarkdown;
}

export interface ExistingPullRequest extends RemotePullRequest {
  /** We opened it: our record or the marker in its description says so. */
  readonly ours: boolean;
  /** The title that we gave it last; `null` where we don't know. */
  readonly titleWritten: string | null;
}

export type Effect =
  | {
      readonly do: "create";
      readonly head: string;
      readonly base: string;
      readonly title: SafeText;
      readonly body: SafeMarkdown;
      readonly draft: boolean;
    }
  | {
      readonly do: "update";
      readonly number: number;
      readonly title?: SafeText;
      readonly body?: SafeMarkdown;
    }
  | { readonly do: "label"; readonly labels: readonly LabelLook[] };

export type PublishPlan =
  | { readonly effects: readonly Effect[]; readonly because: string; readonly refusal: null }
  | { readonly effects: readonly []; readonly because: string; readonly refusal: Refusal };

/** Whether there is to be a pull request, and what it is to look like. */
export function decidePublish(facts: PublishFacts): PublishPlan {
  const refusal = refuse(facts);
  if (refusal) return { effects: [], because: refusal.reason, refusal };
  const { completion, comparison, existing } = facts;
  const { type, typeBecause, ...rest } = analyseChange({
    claimed: completion.type,
    title: completion.title,
    subjects: comparison.commits.map(({ subject }) => subject),
    files: comparison.files,
    filesTruncated: comparison.filesTruncated,
    total: null,
    headBranch: completion.branch,
    baseBranch: facts.base,
    gitAttributes: null,
    labeler: null,
    settings: DEFAULT_SETTINGS,
  });
  const wanted = labelsFor({ type, ...rest }, DEFAULT_SETTINGS.labels);
  const label = { do: "label", labels: wanted.filter(({ name }) => !hasLabel(existing, name)) } as const;
  const labels = label.labels.length > 0 ? [label] : [];
  const ahead = `${completion.branch} is ${count(comparison.aheadBy, "commit")} ahead of ${facts.base}; ${type}, for ${typeBecause}`;
  if (existing)
    return {
      effects: [...update(facts, existing), ...labels],
      because: `${ahead}; #${existing.number} is there already`,
      refusal: null,
    };
  return { effects: [create(facts), ...labels], because: ahead, refusal: null };
}

function create({ completion, base, title, body, draftsRefused }: PublishFacts): Effect {
  const draft = (completion.draft ?? false) && !draftsRefused;
  return { do: "create", head: completion.branch, base, title, body, draft };
}

function update({ title, body }: PublishFacts, existing: ExistingPullRequest): Effect[] {
  const refreshed = refreshSections(existing.body, body);
  // A title that is no longer the one we wrote is a person's.
  const retitle = existing.title === existing.titleWritten && existing.title !== title;
  const rewrite = refreshed !== existing.body;
  if (!retitle && !rewrite) return [];
  return [
    { do: "update", number: existing.number, ...(retitle && { title }), ...(rewrite && { body: refreshed }) },
  ];
}

function hasLabel(existing: ExistingPullRequest | null, wanted: string): boolean {
  return existing?.labels.some((name) => name.toLowerCase() === wanted.toLowerCase()) ?? false;
}

function refuse(facts: PublishFacts): Refusal | null {
  const { completion, repository, base, comparison, existing } = facts;
  if (facts.projectStatus === "cancelled") {
    return {
      code: "project_cancelled",
      reason: "The project was cancelled.",
      remedy: "Nothing needs to be done; begin a new project to publish this branch.",
    };
  }
  if (repository.archived) {
    return {
      code: "repository_archived",
      reason: `${completion.repository} is archived, so it is read-only.`,
      remedy: "Unarchive the repository on GitHub, then signal completion again.",
    };
  }
  if (base === completion.branch) {
    return {
      code: "base_equals_head",
      reason: `${base} can't be merged into itself.`,
      remedy: "Push the work to a branch of its own, then signal completion for that.",
    };
  }
  // A replica of GitHub's may lag a push to a branch that is known as it may lag the first: what it shows then is old.
  if (existing) return refuseExisting(existing, completion) ?? refuseHead(completion, comparison);
  if (comparison.aheadBy === 0) {
    return {
      code: "no_changes",
      reason: `${completion.branch} has nothing that ${base} lacks.`,
      remedy: `Push a commit to ${completion.branch}, then signal completion again.`,
    };
  }
  return refuseHead(completion, comparison);
}

function refuseExisting(existing: ExistingPullRequest, { branch }: Completion): Refusal | null {
  const { number, ours, state, merged } = existing;
  if (!ours) {
    return {
      code: "pull_request_not_ours",
      reason: `#${number} is open from ${branch}, and this project did not open it.`,
      remedy: `Close #${number}, or push to another branch; then signal completion again.`,
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
    reason: `${branch} is at ${actual.slice(0, 7)} and does not hold ${headSha.slice(0, 7)}, which the signal speaks of.`,
    remedy: "Push that commit, or signal completion for the commit that is there.",
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
