import type { Refusal } from "../../../errors.ts";
import type { LabelLook } from "../../../github/deeds/labels.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";
import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";
import type { CheckNotes } from "../../record/rules/notes.ts";
import type { ExistingPullRequest } from "./existing-pull-request.ts";
import { type Labelling, NO_LABELLING } from "../../record/rules/labelling.ts";
import { renewMarker } from "../../record/rules/marker-line.ts";
import { labelsFor } from "./labels.ts";
import { reconcileLabels } from "./reconcile-labels.ts";
import { type RefusalFacts, refuseNothing } from "./refuse-publish.ts";
import type { Reviewers } from "./reviewers.ts";
import { refreshSections } from "../../../descriptions/rules/marked/sections.ts";
import { refusedDraft, wantsDraft } from "./wants-draft.ts";

/** All facts that decide about the content of a pull request that nothing blocks. */
export interface PublishFacts extends Pick<RefusalFacts, "completion" | "base" | "comparison" | "existing"> {
  readonly settings: Pick<RepositorySettings, "draft" | "labels">;
  /** Whose settings apply; `null` if the base is the default branch. */
  readonly rulesBecause: string | null;
  readonly analysis: ChangeAnalysis;
  readonly reviewers: Reviewers;
  /** GitHub's last answer; while GitHub computes a new one, its label decides. */
  readonly conflicting: boolean;
  /** What GitHub has just refused. */
  readonly draftsRefused: boolean;
  /** Not all files are known before the pull request exists. Then it is planned once more. */
  readonly filesToCome: boolean;
  readonly title: SafeText;
  readonly body: SafeMarkdown;
  /** The notes for the check run. */
  readonly notes: CheckNotes | null;
  /** Names of the checks that the base requires. */
  readonly requiredChecks: readonly string[];
  /** The mistakes in the repository's own files. */
  readonly problems: readonly Refusal[];
}

/** What is added to a pull request in one request. */
export interface Decoration {
  readonly do: "decorate";
  readonly addLabels: readonly LabelLook[];
  readonly removeLabels: readonly string[];
  readonly people: readonly string[];
  readonly teams: readonly string[];
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
  | Decoration
  | ({ readonly do: "check" } & CheckNotes);

export interface PublishPlan {
  readonly effects: readonly Effect[];
  readonly because: string;
  /** The labels to store once the effects are done. */
  readonly labelling: Labelling;
  /** What is missing although the pull request is opened anyway. */
  readonly shortcomings: readonly Refusal[];
}

/** The content of a pull request, and what is still to do for it. */
export function decidePublish(facts: PublishFacts): PublishPlan {
  const { completion, comparison, existing, analysis, notes, rulesBecause } = facts;
  const { decoration, labelling } = decorate(facts);
  const ahead = `${completion.branch} is ${count(comparison.aheadBy, "commit")} ahead of ${facts.base}. ${analysis.typeBecause}`;
  const because = [
    ahead,
    ...(existing ? [`It updates #${existing.number}`] : []),
    ...(rulesBecause ? [rulesBecause] : []),
  ];
  const write = existing ? update(facts, existing) : [create(facts)];
  const nothing = refuseNothing(facts);
  const later: Effect[] = [...decoration, ...(notes ? [{ do: "check" as const, ...notes }] : [])];
  return {
    effects: facts.filesToCome ? write : [...write, ...later],
    because: because.join(". "),
    labelling,
    shortcomings: [
      ...facts.problems,
      ...facts.reviewers.refused,
      ...refusedDraft(facts),
      // An open one stays, and its readers learn that nothing is left of it.
      ...(nothing ? [nothing] : []),
    ],
  };
}

/** Labels and reviewers that are missing and that no person has removed. */
function decorate({ analysis, settings, existing, reviewers, conflicting }: PublishFacts): {
  decoration: Effect[];
  labelling: Labelling;
} {
  const desired = labelsFor(analysis, settings.labels, { conflicting });
  const { add, remove, ours, declined } = reconcileLabels({
    desired: desired.map(({ name }) => name),
    current: existing?.labels ?? [],
    ...(existing?.labelling ?? NO_LABELLING),
  });
  const asked = new Set(existing?.reviewersAsked);
  const decoration: Decoration = {
    do: "decorate",
    addLabels: desired.filter(({ name }) => add.includes(name)),
    removeLabels: remove,
    people: reviewers.people.filter((login) => !asked.has(login.toLowerCase())),
    teams: reviewers.teams.filter((slug) => !asked.has(`@${slug.toLowerCase()}`)),
  };
  const { addLabels, removeLabels, people, teams } = decoration;
  const nothing = [addLabels, removeLabels, people, teams].every((list) => list.length === 0);
  const labelling = { ours, pending: [...add, ...remove], declined };
  return { decoration: nothing ? [] : [decoration], labelling };
}

function create(facts: PublishFacts): Effect {
  const { completion, base, title, body, draftsRefused } = facts;
  return {
    do: "create",
    head: completion.branch,
    base,
    title,
    body,
    draft: !draftsRefused && wantsDraft(facts),
  };
}

function update({ title, body }: PublishFacts, existing: ExistingPullRequest): Effect[] {
  const refreshed = refreshSections(existing.body, body);
  // A title that differs from our last one is a person's.
  const retitle = existing.title === existing.titleWritten && existing.title !== title;
  const rewrite = refreshed !== existing.body;
  if (!retitle && !rewrite) return [];
  return [
    {
      do: "update",
      number: existing.number,
      ...(retitle && { title }),
      ...(rewrite && { body: renewMarker(refreshed, body) }),
    },
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
