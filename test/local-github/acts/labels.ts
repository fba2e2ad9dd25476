// Labels of a repository, and labels on issues and pull requests. Names are compared ignoring case.

import { GitHubError, notFound, validationFailed } from "../github-error.ts";
import type { Issue, Label, PullRequest, Repository } from "../state.ts";
import { isPullRequest, type Actor, type World } from "../world.ts";

// Limits from GitHub's documentation or answers: names 50 (github/docs#32156), descriptions 100, 100 labels per
// issue.
const NAME_LENGTH_MAX = 50;
const DESCRIPTION_LENGTH_MAX = 100;
const LABELS_PER_ISSUE_MAX = 100;
/** The grey of a label that is created by being added to an issue. */
const COLOR_OF_UNKNOWN = "ededed";

export interface LabelInput {
  readonly name?: string;
  readonly color?: string;
  readonly description?: string | null;
}

/** Creates a label; the colour is six hex digits without `#`, grey by default. */
export async function createLabel(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  input: LabelInput & { readonly name: string },
): Promise<Label> {
  check(repository, input);
  const label: Label = {
    ...world.newIdentity("LA"),
    name: input.name,
    color: (input.color ?? COLOR_OF_UNKNOWN).toLowerCase(),
    description: input.description ?? null,
  };
  repository.labels.set(input.name.toLowerCase(), label);
  await world.raise({ type: "label", action: "created", repository, label, sender });
  return label;
}

export async function updateLabel(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  label: Label,
  input: LabelInput,
): Promise<void> {
  check(repository, input, label);
  if (input.name !== undefined) rename(repository, label, input.name);
  if (input.color !== undefined) label.color = input.color.toLowerCase();
  if (input.description !== undefined) label.description = input.description;
  await world.raise({ type: "label", action: "edited", repository, label, sender });
}

/** Deletes the label from the repository and from everything that carries it. */
export async function deleteLabel(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  label: Label,
): Promise<void> {
  const key = label.name.toLowerCase();
  repository.labels.delete(key);
  for (const issue of [...repository.issues.values(), ...repository.pullRequests.values()]) {
    issue.labels = issue.labels.filter((name) => name !== key);
  }
  await world.raise({ type: "label", action: "deleted", repository, label, sender });
}

/** A repository's label by name, or GitHub's 404. */
export function labelOf(repository: Repository, name: string): Label {
  const label = repository.labels.get(name.toLowerCase());
  if (!label) throw notFound();
  return label;
}

/** The labels of an issue or pull request, in the order in which they were added. */
export function labelsOn(repository: Repository, issue: PullRequest | Issue): Label[] {
  return issue.labels.flatMap((name) => repository.labels.get(name) ?? []);
}

/** Adds labels by name. Unknown names become grey labels, as on GitHub. */
export async function addLabels(
  world: World,
  actor: Actor,
  repository: Repository,
  issue: PullRequest | Issue,
  names: readonly string[],
): Promise<void> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  if (new Set([...issue.labels, ...wanted]).size > LABELS_PER_ISSUE_MAX) {
    const message = `Maximum of ${LABELS_PER_ISSUE_MAX} labels per issue exceeded`;
    throw validationFailed({ resource: "Issue", code: "custom", field: "labels", message });
  }
  for (const name of names) {
    if (!repository.labels.has(name.toLowerCase())) await createLabel(world, actor, repository, { name });
  }
  for (const key of wanted) {
    if (issue.labels.includes(key)) continue;
    issue.labels.push(key);
    issue.updatedAt = world.now();
    await raiseEvent(world, actor, repository, issue, { action: "labeled", label: labelOf(repository, key) });
  }
}

/** Removes one label; 404 if the issue does not have it. */
export async function removeLabel(
  world: World,
  actor: Actor,
  repository: Repository,
  issue: PullRequest | Issue,
  name: string,
): Promise<void> {
  const key = name.toLowerCase();
  if (!issue.labels.includes(key)) throw new GitHubError(404, "Label does not exist");
  const label = labelOf(repository, key);
  issue.labels = issue.labels.filter((each) => each !== key);
  issue.updatedAt = world.now();
  await raiseEvent(world, actor, repository, issue, { action: "unlabeled", label });
}

/** Replaces the labels of the issue by exactly these. */
export async function setLabels(
  world: World,
  actor: Actor,
  repository: Repository,
  issue: PullRequest | Issue,
  names: readonly string[],
): Promise<void> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const key of issue.labels) {
    if (!wanted.has(key)) await removeLabel(world, actor, repository, issue, key);
  }
  await addLabels(world, actor, repository, issue, names);
}

async function raiseEvent(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  issue: PullRequest | Issue,
  change: { readonly action: "labeled" | "unlabeled"; readonly label: Label },
): Promise<void> {
  if (!isPullRequest(issue)) return;
  await world.raise({ type: "pull_request", repository, pullRequest: issue, sender, ...change });
}

function rename(repository: Repository, label: Label, name: string): void {
  const before = label.name.toLowerCase();
  const after = name.toLowerCase();
  repository.labels.delete(before);
  label.name = name;
  repository.labels.set(after, label);
  for (const issue of [...repository.issues.values(), ...repository.pullRequests.values()]) {
    issue.labels = issue.labels.map((each) => (each === before ? after : each));
  }
}

function check(repository: Repository, { name, color, description }: LabelInput, self?: Label): void {
  const resource = "Label";
  if (name !== undefined) {
    if (name.trim() === "") throw validationFailed({ resource, code: "missing_field", field: "name" });
    const owner = repository.labels.get(name.toLowerCase());
    if (owner && owner !== self) throw validationFailed({ resource, code: "already_exists", field: "name" });
    if (name.length > NAME_LENGTH_MAX) {
      const message = `name is too long (maximum is ${NAME_LENGTH_MAX} characters)`;
      throw validationFailed({ resource, code: "custom", field: "name", message });
    }
  }
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) {
    throw validationFailed({ resource, code: "invalid", field: "color", value: color });
  }
  if (description && description.length > DESCRIPTION_LENGTH_MAX) {
    const message = `description is too long (maximum is ${DESCRIPTION_LENGTH_MAX} characters)`;
    throw validationFailed({ resource, code: "custom", field: "description", message });
  }
}
