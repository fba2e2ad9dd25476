import type { Refusal } from "../../../errors.ts";
import type { LabelLook } from "../../../github/deeds/labels.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";
import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";
import type { CheckNotes } from "../../record/rules/notes.ts";
import type { ExistingPullRequest } from "./existing-pull-request.ts";
import { type Labelling, NO_LABELLING } from "../../record/rules/labelling.ts";
import { labelsFor } from "./labels.ts";
import { reconcileLabels } from "./reconcile-labels.ts";
import type { RefusalFacts } from "./refuse-publish.ts";
import type { Reviewers } from "./reviewers.ts";
import { refreshSections } from "../../../descriptions/rules/sections.ts";
import { refusedDraft, wantsDraft } from "./wants-draft.ts";

/** Everything that decides about what a pull request looks like that nothing stands in the way of. */
export interface PublishFacts extends Pick<RefusalFacts, "completion" | "base" | "comparison" | "existing"> {
  readonly settings: Pick<RepositorySettings, "draft" | "labels">;
  readonly analysis: ChangeAnalysis;
  readonly reviewers: Reviewers;
  /** As GitHub said last; while it computes that anew, what its label says. */
  readonly conflicting: boolean;
  /** What GitHub said no to just now. */
  readonly draftsRefused: boolean;
  /** The files are not all known yet and will be when the pull request is there: then it is gone over once more. */
  readonly filesToCome: boolean;
  readonly title: SafeText;
  readonly body: SafeMarkdown;
  /** What goes on the check run. */
  readonly notes: CheckNotes | null;
  /** Names of the checks that the base asks for. */
  readonly requiredChecks: readonly string[];
  /** What is wrong with the repository's own files. */
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
  /** Labels as they are to be remembered when the effects are done. */
  readonly labelling: Labelling;
  /** What could not be had, though the pull request is worth opening all the same. */
  readonly shortcomings: readonly Refusal[];
}

/** What a pull request is to look like, and what is still to be done for it. */
export function decidePublish(facts: PublishFacts): PublishPlan {
  const { completion, comparison, existing, analysis, notes } = facts;
  const { decoration, labelling } = decorate(facts);
  const ahead = `${completion.branch} is ${count(comparison.aheadBy, "commit")} ahead of ${facts.base}. ${analysis.typeBecause}`;
  const write = existing ? update(facts, existing) : [create(facts)];
  const later: Effect[] = [...decoration, ...(notes ? [{ do: "check" as const, ...notes }] : [])];
  return {
    effects: facts.filesToCome ? write : [...write, ...later],
    because: existing ? `${ahead}. #${existing.number} already exists` : ahead,
    labelling,
    shortcomings: [...facts.problems, ...facts.reviewers.refused, ...refusedDraft(facts)],
  };
}

/** Labels and reviewers, as far as they are not there yet and no person has taken them away. */
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
  // A title that is no longer the one we wrote is a person's.
  const retitle = existing.title === existing.titleWritten && existing.title !== title;
  const rewrite = refreshed !== existing.body;
  if (!retitle && !rewrite) return [];
  return [
    { do: "update", number: existing.number, ...(retitle && { title }), ...(rewrite && { body: refreshed }) },
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
