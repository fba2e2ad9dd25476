import { OrbError } from "../../errors.ts";
import { lackingFor } from "../rules/lacking.ts";
import type { GraphqlDocument } from "./graphql-document.ts";
import { isGitHubFailure } from "./failure.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import { type GraphqlError, withoutMissingFields } from "./rules/older-server.ts";

/** An answer, of which GitHub may have refused parts. */
export interface PartialAnswer<T> {
  /** What GitHub answered: lists without their refused entries, and `null` for everything else that it refused. */
  readonly data: T;
  readonly refusals: readonly RefusedPart[];
}

interface RefusedPart {
  /** From the alias of the root field down to the refused field or entry of a list. */
  readonly path: readonly string[];
  readonly refusal: OrbError;
}

/** Octokit's `GraphqlResponseError`, or any other error. */
interface Thrown<T> {
  readonly name?: string;
  readonly data?: T | null;
  readonly errors?: readonly GraphqlError[];
  readonly headers?: object;
}

/**
 * Asks by GraphQL. GitHub may refuse parts of the answer: it then sends `data` and `errors` with HTTP 200, and each
 * error names its field. Every nullable field may be `null` then, and so may every entry of a list.
 * An older GitHub Enterprise Server that lacks fields which the bot can do without is asked again without them.
 *
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 *
 * @throws OrbError if nothing was answered, or a limit was reached, which concerns the rest of the answer too
 */
export async function askGraphql<T extends object>(
  access: RepositoryAccess,
  document: GraphqlDocument,
  variables: Record<string, unknown>,
): Promise<PartialAnswer<T>> {
  return access.ask(async (octokit) => {
    const send = async (text: GraphqlDocument): Promise<PartialAnswer<T>> => {
      try {
        return { data: withoutNulls(await octokit.graphql<T>(text, variables)) as T, refusals: [] };
      } catch (error) {
        return readParts<T>(access, document, error as Thrown<T>);
      }
    };
    try {
      return await send(document);
    } catch (error) {
      const { errors = [], ...refused } = (error ?? {}) as Thrown<T>;
      const older = withoutMissingFields(document, errors);
      const failure = older && access.failure({ ...refused, name: "GraphqlResponseError", errors });
      if (!older || !(failure instanceof OrbError)) throw error;
      const answer = await send(older.document);
      const lost = older.lost.map((path) => ({ path, refusal: failure }));
      return { ...answer, refusals: [...lost, ...answer.refusals] };
    }
  });
}

/**
 * Asks a question that a part of the answer can't answer.
 *
 * @throws OrbError also if GitHub refused any part
 */
export async function askWhole<T extends object>(
  access: RepositoryAccess,
  document: GraphqlDocument,
  variables: Record<string, unknown>,
): Promise<T> {
  const { data, refusals } = await askGraphql<T>(access, document, variables);
  for (const { refusal } of refusals) throw refusal;
  return data;
}

/** The first refusal of a part of the answer, of something inside it, or of what contains it; `null` without any. */
export function refusalAt(
  { refusals }: Pick<PartialAnswer<unknown>, "refusals">,
  ...part: readonly string[]
): OrbError | null {
  const found = refusals.find(({ path }) =>
    part.every((step, index) => path[index] === undefined || path[index] === step),
  );
  return found?.refusal ?? null;
}

function readParts<T extends object>(
  access: RepositoryAccess,
  document: GraphqlDocument,
  error: Thrown<T>,
): PartialAnswer<T> {
  const { name, data, errors, headers } = error ?? {};
  if (name !== "GraphqlResponseError" || !data || !errors) throw error;
  const refusals = errors.map((each) => {
    const failure = access.failure({ name, errors: [each], headers });
    if (!each.path?.length || concernsAll(each, failure)) throw error;
    const path = each.path.map(String);
    return { path, refusal: withNeeds(failure, lackingFor(document, path, access.granted)) };
  });
  return { data: withoutNulls(data) as T, refusals };
}

function concernsAll({ type }: GraphqlError, failure: unknown): boolean {
  return isGitHubFailure(failure, "rate_limited") || type === "RESOURCE_LIMITS_EXCEEDED";
}

/** GitHub's refusal in GraphQL does not name the permission. */
function withNeeds(failure: unknown, lacking: string | null): OrbError {
  if (!(failure instanceof OrbError)) throw failure;
  if (lacking === null || !isGitHubFailure(failure, "permission_missing")) return failure;
  const { code, reason, remedy } = failure.toRefusal();
  return new OrbError({ code, reason, remedy: `${remedy} It needs ${lacking}.` }, { cause: failure.cause });
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== null).map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutNulls(inner)]));
}
