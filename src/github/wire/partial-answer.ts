import { OrbError } from "../../errors.ts";
import type { GraphqlDocument } from "./graphql-document.ts";
import { isGitHubFailure } from "./failure.ts";
import type { RepositoryAccess } from "./repository-access.ts";

/** The parts that GitHub answered, and the parts that it refused. */
export interface PartialAnswer<T> {
  readonly data: T;
  /** By the first step of the path, which is the alias of a root field. */
  readonly refusals: ReadonlyMap<string, OrbError>;
}

interface GraphqlError {
  readonly path?: readonly (string | number)[];
}

/**
 * Asks by GraphQL and accepts that GitHub refuses parts of the answer: it then sends `data` and `errors` with HTTP 200,
 * and each error names its field.
 *
 * @throws OrbError if nothing was answered, or a rate limit was reached, which concerns all later requests too
 */
export async function refusalsByPath<T extends object>(
  access: RepositoryAccess,
  document: GraphqlDocument,
  variables: Record<string, unknown>,
): Promise<PartialAnswer<T>> {
  return access.ask(async (octokit) => {
    try {
      return { data: await octokit.graphql<T>(document, variables), refusals: new Map() };
    } catch (error) {
      return read<T>(access, error);
    }
  });
}

function read<T extends object>(access: RepositoryAccess, error: unknown): PartialAnswer<T> {
  const { name, data, errors, headers } = (error ?? {}) as {
    name?: string;
    data?: T | null;
    errors?: readonly GraphqlError[];
    headers?: object;
  };
  if (name !== "GraphqlResponseError" || !data || !errors?.every(({ path }) => path?.length)) throw error;
  const refusals = new Map<string, OrbError>();
  for (const [alias, some = []] of Object.entries(Object.groupBy(errors, ({ path }) => String(path?.[0])))) {
    const failure = access.failure({ name, errors: some, headers });
    if (!(failure instanceof OrbError) || isGitHubFailure(failure, "rate_limited")) throw error;
    refusals.set(alias, failure);
  }
  return { data, refusals };
}
