import type { Decorated } from "../../github/deeds/decoration.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";
import type { LabelLook } from "../../github/deeds/labels.ts";
import type { Repository } from "../../github/repository.ts";
import { askedForReview, askOneByOne, findReviewers, type FoundReviewers } from "./ask-for-reviews.ts";
import type { Step } from "../record/record.ts";
import type { Decoration } from "../plan/rules/decide-publish.ts";
import type { Labelling } from "../record/rules/labelling.ts";
import type { RunProgress } from "../steps/progress.ts";

interface Context {
  readonly labelling: Labelling;
  readonly repository: Repository;
  readonly progress: RunProgress;
}

/** Labels a pull request and asks for reviews, in one request; one may fail without the other. */
export async function decorate(decoration: Decoration, context: Context): Promise<void> {
  const { progress, repository, labelling } = context;
  const { addLabels, removeLabels, people, teams } = decoration;
  const steps: Step[] = [
    ...(addLabels.length + removeLabels.length > 0 ? (["label"] as const) : []),
    ...(people.length + teams.length > 0 ? (["review"] as const) : []),
  ];
  // The intended labels are stored before they are added, so that after a crash our label is not taken for a person's.
  await progress.begin(steps, { labelling });
  const labels = await labelIds(decoration, context);
  const reviewers = await findReviewers(decoration, { repository, progress });
  const answer = await send({ labels, reviewers, steps }, context);
  if (!answer) return;
  const asked = steps.includes("review") ? reviewers : null;
  // Reviewers first: the intended labels are stored already, and a failure with them may end this run.
  if (asked && !answer.reviewersRefused) await askedForReview(asked, progress);
  if (answer.labelsRefused) {
    repository.forgetLabels();
    await progress.recordShortcoming("label", answer.labelsRefused);
  } else if (labels && steps.includes("label")) {
    const onIt = answer.labels ?? progress.pullRequest.labels;
    const known = { labels: onIt, labelling: { ...labelling, pending: [] } };
    await progress.finish("label", { status: "done", detail: onIt.join(", ") }, known);
  }
  if (asked && answer.reviewersRefused)
    await askOneByOne(asked, answer.reviewersRefused, { repository, progress });
}

/** @returns `null` if GitHub refused all of it, which is a shortcoming */
async function send(
  {
    labels,
    reviewers,
    steps,
  }: { labels: LabelIds | null; reviewers: FoundReviewers | null; steps: readonly Step[] },
  { repository, progress }: Context,
): Promise<Decorated | null> {
  const { people, teams } = reviewers ?? NOBODY;
  // A part that was refused before is a shortcoming already.
  const open = steps.filter((step) => (step === "label" ? labels : reviewers) !== null);
  try {
    const answer = await repository.decorate(progress.pullRequest.nodeId, {
      addLabelIds: labels?.add ?? [],
      removeLabelIds: labels?.remove ?? [],
      reviewerIds: { people: people.map(({ id }) => id), teams: teams.map(({ id }) => id) },
    });
    progress.wrote();
    for (const step of open) await progress.answered(step);
    return answer;
  } catch (error) {
    for (const step of open) await progress.recordShortcoming(step, error);
    return null;
  }
}

const NOBODY: FoundReviewers = { people: [], teams: [] };

interface LabelIds {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Node ids of the labels, after creating missing ones; `null` if GitHub refuses. */
async function labelIds(
  { addLabels, removeLabels }: Decoration,
  { repository, progress }: Context,
): Promise<LabelIds | null> {
  if (addLabels.length + removeLabels.length === 0) return { add: [], remove: [] };
  try {
    const known = await repository.labelIds();
    const missing = addLabels.filter(({ name }) => !known.has(name.toLowerCase()));
    for (const look of missing) await createLabel(look, repository);
    const ids = missing.length > 0 ? await repository.labelIds() : known;
    const idsOf = (names: readonly string[]) => names.flatMap((name) => ids.get(name.toLowerCase()) ?? []);
    return { add: idsOf(addLabels.map(({ name }) => name)), remove: idsOf(removeLabels) };
  } catch (error) {
    repository.forgetLabels();
    await progress.recordShortcoming("label", error);
    return null;
  }
}

async function createLabel(look: LabelLook, repository: Repository): Promise<void> {
  try {
    await repository.createLabel(look);
  } catch (error) {
    if (!isGitHubFailure(error, "already_exists")) throw error;
    repository.forgetLabels();
  }
}
