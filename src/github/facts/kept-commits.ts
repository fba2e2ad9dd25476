import { isGitHubFailure } from "../wire/failure.ts";
import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql, askWhole } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** In one request. What is beyond counts as unknown. */
const SHAS_PER_REQUEST_MAX = 100;
const BRANCHES_PER_REQUEST_MAX = 50;
/** Pull requests of one branch: the newest ones. */
const PULL_REQUESTS_PER_BRANCH = 10;
/** Comparisons cost GitHub more than anything else here. */
const COMPARISONS_PER_REQUEST_MAX = 50;
const REFS_COMPARED_MAX = 3;

export interface CommitNames {
  /** Full ids of commits and tags. */
  readonly shas: readonly string[];
  /** Without `refs/heads/`. */
  readonly branches: readonly string[];
}

export interface KeptCommits {
  /** Contained in a branch, or recorded as the head of a pull request, which GitHub keeps as `refs/pull/N/head`. */
  readonly held: ReadonlySet<string>;
  /**
   * GitHub has the object. That proves little: forks share their objects, and what nothing leads to any more stays for a
   * while, so GitHub may drop it.
   */
  readonly present: ReadonlySet<string>;
  /** Heads of the default branch, of the named branches and of their pull requests. GitHub keeps what they contain. */
  readonly heads: readonly string[];
}

interface Head {
  readonly headRefOid: string;
  readonly repository: { readonly nameWithOwner: string };
}
type Target = { readonly target: { readonly oid: string } | null } | null;
type Found = Readonly<
  Record<
    `object${number}`,
    { readonly oid: string; readonly associatedPullRequests?: { readonly nodes: readonly Head[] } } | null
  >
> &
  Readonly<Record<`branch${number}`, Target>> &
  Readonly<Record<`pulls${number}`, { readonly nodes: readonly Head[] } | null>> & {
    readonly nameWithOwner: string;
    readonly defaultBranchRef: (Target & { readonly name: string }) | null;
  };

/**
 * Asks which commits GitHub keeps: in one question for all, and a second one for those that it has but that are nobody's head.
 * At most a hundred ids and fifty branches; those beyond are not answered.
 *
 * https://docs.github.com/en/graphql/reference/objects#commit
 *
 * @throws OrbError if GitHub refused any part: a part that is missing must not read as "not kept", nor as "kept"
 */
export async function readKeptCommits(access: RepositoryAccess, names: CommitNames): Promise<KeptCommits> {
  const shas = names.shas.slice(0, SHAS_PER_REQUEST_MAX);
  const branches = names.branches.slice(0, BRANCHES_PER_REQUEST_MAX);
  const { owner, name } = access;
  const { repository } = await askWhole<{ repository: Found }>(
    access,
    documentFor(shas.length, branches.length),
    {
      owner,
      name,
      ...Object.fromEntries(shas.map((sha, index) => [`sha${index}`, sha])),
      ...Object.fromEntries(branches.map((branch, index) => [`ref${index}`, `refs/heads/${branch}`])),
      ...Object.fromEntries(branches.map((branch, index) => [`head${index}`, branch])),
    },
  );
  const present = new Set(shas.filter((sha, index) => repository[`object${index}`]?.oid === sha));
  const heads = headsIn(repository, shas.length, branches.length);
  const held = new Set(shas.filter((sha) => heads.has(sha)));
  const open = shas.filter((sha) => present.has(sha) && !held.has(sha));
  const refs = branches
    .filter((_, index) => repository[`branch${index}`])
    .map((branch) => `refs/heads/${branch}`);
  const main = repository.defaultBranchRef && `refs/heads/${repository.defaultBranchRef.name}`;
  const compared = [...new Set([...(main === null ? [] : [main]), ...refs])].slice(0, REFS_COMPARED_MAX);
  for (const sha of await containedIn(access, open, compared)) held.add(sha);
  return { held, present, heads: [...heads] };
}

function headsIn(repository: Found, shas: number, branches: number): Set<string> {
  const heads = new Set<string>();
  const add = (oid: string | undefined): void => {
    if (oid !== undefined) heads.add(oid);
  };
  // A fork's pull request may name a commit too, but its head is kept in the other repository.
  const addPulls = (pulls: { readonly nodes: readonly Head[] } | null | undefined): void => {
    for (const { headRefOid, repository: home } of pulls?.nodes ?? []) {
      if (home.nameWithOwner === repository.nameWithOwner) add(headRefOid);
    }
  };
  add(repository.defaultBranchRef?.target?.oid);
  for (let index = 0; index < shas; index++) addPulls(repository[`object${index}`]?.associatedPullRequests);
  for (let index = 0; index < branches; index++) {
    add(repository[`branch${index}`]?.target?.oid);
    addPulls(repository[`pulls${index}`]);
  }
  return heads;
}

function documentFor(shas: number, branches: number): GraphqlDocument {
  const indexes = [...Array.from({ length: shas }).keys()];
  const branchIndexes = [...Array.from({ length: branches }).keys()];
  const variables = [
    "$owner: String!",
    "$name: String!",
    ...indexes.map((index) => `$sha${index}: GitObjectID!`),
    ...branchIndexes.flatMap((index) => [`$ref${index}: String!`, `$head${index}: String!`]),
  ];
  const head = "headRefOid repository { nameWithOwner }";
  const objects = indexes.map(
    (index) =>
      `object${index}: object(oid: $sha${index}) { oid ... on Commit { associatedPullRequests(first: 5) { nodes { ${head} } } } }`,
  );
  const newest = `first: ${PULL_REQUESTS_PER_BRANCH}, orderBy: { field: CREATED_AT, direction: DESC }`;
  const named = branchIndexes.map(
    (index) => `branch${index}: ref(qualifiedName: $ref${index}) { target { oid } }
    pulls${index}: pullRequests(headRefName: $head${index}, ${newest}) { nodes { ${head} } }`,
  );
  return graphqlDocument(
    "query KeptCommits",
    `(${variables.join(", ")}) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    defaultBranchRef { name target { oid } }
    ${[...objects, ...named].join("\n    ")}
  }
}`,
  );
}

type Compared = Readonly<
  Record<`ref${number}`, Readonly<Record<`sha${number}`, { readonly aheadBy: number } | null>> | null>
>;

/**
 * Those that one of the refs contains: they are ahead of it by nothing.
 * https://docs.github.com/en/graphql/reference/objects#ref
 */
async function containedIn(
  access: RepositoryAccess,
  shas: readonly string[],
  refs: readonly string[],
): Promise<ReadonlySet<string>> {
  const contained = new Set<string>();
  if (refs.length === 0) return contained;
  const atOnce = Math.floor(COMPARISONS_PER_REQUEST_MAX / refs.length);
  for (let begin = 0; begin < shas.length; begin += atOnce) {
    const asked = shas.slice(begin, begin + atOnce);
    const answer = await compareAll(access, asked, refs);
    for (const [index, sha] of asked.entries()) {
      if (refs.some((_, ref) => answer[`ref${ref}`]?.[`sha${index}`]?.aheadBy === 0)) contained.add(sha);
    }
  }
  return contained;
}

async function compareAll(
  access: RepositoryAccess,
  shas: readonly string[],
  refs: readonly string[],
): Promise<Compared> {
  const { owner, name } = access;
  const comparisons = shas
    .map((_, index) => `sha${index}: compare(headRef: $sha${index}) { aheadBy }`)
    .join(" ");
  const variables = [...refs.map((_, ref) => `$ref${ref}`), ...shas.map((_, index) => `$sha${index}`)];
  const document = graphqlDocument(
    "query ContainedCommits",
    `($owner: String!, $name: String!, ${variables.map((each) => `${each}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${refs.map((_, ref) => `ref${ref}: ref(qualifiedName: $ref${ref}) { ${comparisons} }`).join("\n    ")}
  }
}`,
  );
  const { data, refusals } = await askGraphql<{ repository: Compared }>(access, document, {
    owner,
    name,
    ...Object.fromEntries(refs.map((each, ref) => [`ref${ref}`, each])),
    ...Object.fromEntries(shas.map((sha, index) => [`sha${index}`, sha])),
  });
  for (const { refusal } of refusals) {
    // A commit that GitHub can't compare, such as one of a fork, is contained in nothing here.
    if (!isGitHubFailure(refusal, "not_found")) throw refusal;
  }
  return data.repository;
}
