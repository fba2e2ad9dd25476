import { clip } from "../../text/clip.ts";
import { type ChangedFile, compare } from "./comparison.ts";
import { type GraphqlDocument, graphqlDocument } from "../wire/graphql-document.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import { PASSING_FAILURES } from "../wire/rules/failure-codes.ts";
import { askGraphql, type PartialAnswer, refusalAt } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** Where two branches conflict. */
export interface Conflict {
  readonly baseSha: string;
  readonly headSha: string;
  readonly mergeBaseSha: string;
  /** Paths that both sides changed since they diverged, at most a hundred. GitHub does not say which conflict. */
  readonly files: readonly string[];
  /** Whether there may be more than `files`. */
  readonly filesTruncated: boolean;
  /** The pull request that last changed one of `files` on the base; `null` if none is found. */
  readonly causedBy: ConflictCause | null;
}

export interface ConflictCause {
  readonly number: number;
  readonly title: string;
  readonly url: string;
}

const FILES_MAX = 100;
/** Files whose last change on the base is looked up: each makes the one query slower. */
const FILES_ASKED_MAX = 10;
const PULL_REQUESTS_PER_COMMIT_MAX = 5;
const TITLE_CHARACTERS_MAX = 300;

/**
 * Finds what may conflict between a branch and its base: the files that both changed since they diverged. GitHub says
 * whether there is a conflict, but never where. Three requests.
 *
 * https://docs.github.com/en/rest/commits/commits#compare-two-commits
 *
 * @param base a branch or a commit
 * @param head a branch or a commit
 * @throws OrbError `not_found` if either does not exist
 */
export async function readConflict(access: RepositoryAccess, base: string, head: string): Promise<Conflict> {
  const [ofHead, ofBase] = await Promise.all([compare(access, base, head), compare(access, head, base)]);
  const changedOnBase = new Set(pathsOf(ofBase.files));
  const files = [...new Set(pathsOf(ofHead.files))].filter((path) => changedOnBase.has(path));
  return {
    baseSha: ofHead.baseSha,
    headSha: ofBase.baseSha,
    mergeBaseSha: ofHead.mergeBaseSha,
    files: files.slice(0, FILES_MAX),
    filesTruncated: ofHead.filesTruncated || ofBase.filesTruncated || files.length > FILES_MAX,
    causedBy: await findCause(access, { baseSha: ofHead.baseSha, files }),
  };
}

/** A renamed file can conflict under both of its names. */
function pathsOf(files: readonly ChangedFile[]): string[] {
  return files.flatMap(({ path, previousPath }) => (previousPath === null ? path : [path, previousPath]));
}

interface CommitAnswer {
  readonly associatedPullRequests: {
    readonly nodes: readonly (ConflictCause & { readonly mergedAt: string | null })[] | null;
  } | null;
}
interface Answer {
  readonly repository: {
    readonly object: Readonly<Record<string, { readonly nodes: readonly CommitAnswer[] | null }>> | null;
  } | null;
}

/** Finds the newest merged pull request among those that last changed each file on the base. */
async function findCause(
  access: RepositoryAccess,
  { baseSha, files }: { baseSha: string; files: readonly string[] },
): Promise<ConflictCause | null> {
  const asked = files.slice(0, FILES_ASKED_MAX);
  if (asked.length === 0) return null;
  const { owner, name } = access;
  const paths = Object.fromEntries(asked.map((path, index) => [`path${index}`, path]));
  const variables = { owner, name, sha: baseSha, ...paths };
  const changes = await askGraphql<Answer>(access, lastChangesQuery(asked.length), variables)
    .then(lastChanges)
    .catch(noneIfUnanswered);
  const [newest] = changes
    .flatMap(({ associatedPullRequests }) => associatedPullRequests?.nodes ?? [])
    .filter(({ mergedAt }) => mergedAt !== null)
    .toSorted((a, b) => Date.parse(b.mergedAt ?? "") - Date.parse(a.mergedAt ?? ""));
  if (!newest) return null;
  return { number: newest.number, title: clip(newest.title, TITLE_CHARACTERS_MAX), url: newest.url };
}

/** Without the pull requests that the App may not read, such as those of a fork. */
function lastChanges(answer: PartialAnswer<Answer>): CommitAnswer[] {
  const object = answer.data.repository?.object;
  const refused = object ? null : refusalAt(answer, "repository", "object");
  if (refused) throw refused;
  return Object.values(object ?? {}).flatMap(({ nodes }) => nodes ?? []);
}

/** A long history always exceeds GitHub's ten seconds: the conflict is then reported without its cause. */
function noneIfUnanswered(error: unknown): CommitAnswer[] {
  if (isGitHubFailure(error, ...PASSING_FAILURES, "permission_missing", "not_found")) return [];
  throw error;
}

/** One query for all files. https://docs.github.com/en/graphql/reference/objects#commit */
function lastChangesQuery(count: number): GraphqlDocument {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const variables = indexes.map((index) => `, $path${index}: String!`).join("");
  const histories = indexes.map(
    (index) => `file${index}: history(first: 1, path: $path${index}) { ...Last }`,
  );
  return graphqlDocument(
    "query LastChanges",
    `($owner: String!, $name: String!, $sha: GitObjectID!${variables}) {
  repository(owner: $owner, name: $name) {
    object(oid: $sha) { ... on Commit { ${histories.join("\n")} } }
  }
}
fragment Last on CommitHistoryConnection {
  nodes {
    associatedPullRequests(first: ${PULL_REQUESTS_PER_COMMIT_MAX}) { nodes { number title url mergedAt } }
  }
}`,
  );
}
