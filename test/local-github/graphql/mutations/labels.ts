import { addLabels, createLabel, labelsOn, removeLabel } from "../../acts/labels.ts";
import type { Issue, PullRequest, Repository } from "../../state.ts";
import { isPullRequest } from "../../world.ts";
import { actorIn, demandDeed, type Context, type Fields } from "../context.ts";
import { locateAs } from "../located.ts";
import { issueFields } from "../types/issue.ts";
import { labelFields } from "../types/label.ts";
import { given, type Mutation } from "./mutation.ts";

interface LabelsInput {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

export const addLabelsToLabelable: Mutation<LabelsInput> = async (context, input) => {
  const { repository, issue } = labelable(context, input.labelableId, "addLabelsToLabelable");
  const names = input.labelIds.map((id) => locateAs(context, id, "label").label.name);
  await addLabels(context.world, actorIn(context), repository, issue, names);
  return { labelable: labelableFields(context, repository, issue) };
};

/** Ignores labels that it does not have. */
export const removeLabelsFromLabelable: Mutation<LabelsInput> = async (context, input) => {
  const { repository, issue } = labelable(context, input.labelableId, "removeLabelsFromLabelable");
  const labels = new Set(input.labelIds.map((id) => locateAs(context, id, "label").label));
  for (const label of labelsOn(repository, issue).filter((each) => labels.has(each))) {
    await removeLabel(context.world, actorIn(context), repository, issue, label.name);
  }
  return { labelable: labelableFields(context, repository, issue) };
};

interface CreateLabelInput {
  readonly repositoryId: string;
  readonly name: string;
  readonly color: string;
  readonly description?: string;
}

export const createLabelMutation: Mutation<CreateLabelInput> = async (context, input) => {
  const { repository } = locateAs(context, input.repositoryId, "repository");
  demandDeed(context, repository, "createLabel");
  const { name, color, description } = input;
  const wanted = { name, color, ...given({ description }) };
  const label = await createLabel(context.world, actorIn(context), repository, wanted);
  return { label: labelFields(context, repository, label) };
};

function labelable(
  context: Context,
  id: string,
  mutation: "addLabelsToLabelable" | "removeLabelsFromLabelable",
): { repository: Repository; issue: PullRequest | Issue } {
  const found = locateAs(context, id, "pull request", "issue");
  demandDeed(context, found.repository, mutation);
  const issue = found.kind === "issue" ? found.issue : found.pullRequest;
  return { repository: found.repository, issue };
}

function labelableFields(context: Context, repository: Repository, issue: PullRequest | Issue): Fields {
  return isPullRequest(issue)
    ? context.show.pullRequest(context, repository, issue)
    : issueFields(context, repository, issue);
}
