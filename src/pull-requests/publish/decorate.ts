import { OrbError } from "../../errors.ts";
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
    const known = await repository.labelIds([...addLabels.map(({ name }) => name), ...removeLabels]);
    const idOf = (name: string) => known.get(name.toLowerCase());
    const add = [];
    for (const look of addLabels) add.push(idOf(look.name) ?? (await createLabel(look, repository)));
    // A label that the repository no longer has is on no pull request either.
    return { add, remove: removeLabels.flatMap((name) => idOf(name) ?? []) };
  } catch (error) {
    repository.forgetLabels();
    await progress.recordShortcoming("label", error);
    return null;
  }
}

/** @returns its node id, also if somebody else created it first */
async function createLabel(look: LabelLook, repository: Repository): Promise<string> {
  try {
    return await repository.createLabel(look);
  } catch (error) {
    if (!isGitHubFailure(error, "already_exists")) throw error;
    repository.forgetLabels();
    return (await repository.labelId(look.name)) ?? notShownYet(look, error);
  }
}

function notShownYet({ name }: LabelLook, cause: OrbError): never {
  const reason = `GitHub says that the label ${name} exists, but does not show it yet.`;
  const remedy = "No action needed: the bot checks GitHub and tries again.";
  throw new OrbError({ code: "github_unavailable", reason, remedy }, { cause });
}
