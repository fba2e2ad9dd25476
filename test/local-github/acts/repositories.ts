// Repositories: creating, renaming, archiving, and who may do what in them.

import { BareRepository } from "../git/bare-repository.ts";
import { commitFiles } from "../git/write.ts";
import type { CollaboratorRole, Label, Repository } from "../state.ts";
import type { Account } from "../account.ts";
import { fullName, signatureOf, type Actor, type World } from "../world.ts";

export interface NewRepository {
  readonly owner: Account;
  readonly name: string;
  /** Files of the first commit, by path; by default a README.md; `null` for no commit at all. */
  readonly files?: Readonly<Record<string, string>> | null;
  readonly private?: boolean;
  readonly draftsSupported?: boolean;
  readonly rulesSupported?: boolean;
  readonly defaultBranch?: string;
  readonly description?: string;
}

/** The labels of every new repository on GitHub. */
const DEFAULT_LABELS = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
] as const;

/** Creates a repository with a first commit on the default branch. */
export async function createRepository(world: World, wanted: NewRepository): Promise<Repository> {
  const { owner, name, defaultBranch = "main" } = wanted;
  if (world.findRepository(owner.login, name))
    throw new Error(`The repository ${owner.login}/${name} already exists.`);
  const identity = world.newIdentity("R");
  const repository: Repository = {
    ...identity,
    owner,
    name,
    createdAt: world.now(),
    updatedAt: world.now(),
    private: wanted.private ?? false,
    archived: false,
    draftsSupported: wanted.draftsSupported ?? true,
    rulesSupported: wanted.rulesSupported ?? true,
    defaultBranch,
    description: wanted.description ?? null,
    gitDir: `${world.rootDir}/${identity.id}.git`,
    labels: new Map(DEFAULT_LABELS.map((label) => [label[0], newLabel(world, label)])),
    pullRequests: new Map(),
    issues: new Map(),
    nextNumber: 1,
    collaborators: new Map(),
    protections: new Map(),
    rulesets: [],
    checkRuns: [],
    statuses: [],
  };
  const git = await BareRepository.create(repository.gitDir, defaultBranch);
  const { files = { "README.md": `# ${name}\n` } } = wanted;
  if (files !== null) {
    const author = signatureOf(owner, world.now());
    await commitFiles(git, { branch: defaultBranch, parent: null, files, message: "Initial commit", author });
  }
  world.state.formerNames.delete(`${owner.login}/${name}`.toLowerCase());
  world.state.repositories.set(repository.id, repository);
  return repository;
}

function newLabel(world: World, [name, color, description]: (typeof DEFAULT_LABELS)[number]): Label {
  return { ...world.newIdentity("LA"), name, color, description };
}

/** Renames it; the old name keeps redirecting until somebody takes it. */
export async function renameRepository(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  name: string,
): Promise<void> {
  const nameBefore = repository.name;
  world.state.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.name = name;
  repository.updatedAt = world.now();
  await world.raise({ type: "repository", action: "renamed", repository, nameBefore, sender });
}

/** Transfers it to another owner; an App that is installed on all repositories of that owner gets this one too. */
export async function transferRepository(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  owner: Account,
): Promise<void> {
  const ownerBefore = repository.owner;
  world.state.formerNames.set(fullName(repository).toLowerCase(), repository.id);
  repository.owner = owner;
  repository.updatedAt = world.now();
  await world.raise({ type: "repository", action: "transferred", repository, ownerBefore, sender });
}

export async function setArchived(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  on: boolean,
): Promise<void> {
  repository.archived = on;
  repository.updatedAt = world.now();
  await world.raise({ type: "repository", action: on ? "archived" : "unarchived", repository, sender });
}

/** Deletes the repository; its state stays readable for code that still has the object. */
export async function deleteRepository(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
): Promise<void> {
  // The event comes first, because the receivers are those who can still reach the repository.
  await world.raise({ type: "repository", action: "deleted", repository, sender });
  world.state.repositories.delete(repository.id);
}

/** What a person may do in a repository; `null` if they may not even see it. */
export function roleOf(repository: Repository, account: Account): CollaboratorRole | null {
  if (account === repository.owner) return "admin";
  return repository.collaborators.get(account.login.toLowerCase()) ?? (repository.private ? null : "read");
}
