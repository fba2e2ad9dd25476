// What every resolver receives: the world, the caller, and the two types that other types point back to.

import { observeMergeability } from "../acts/mergeability.ts";
import { demand, demandOfToken } from "../auth/access.ts";
import { actorOf, type Caller } from "../auth/caller.ts";
import { keyOfType, MUTATIONS, OBJECTS } from "../auth/graphql-permissions.ts";
import { GitHubError } from "../github-error.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import type { PullRequest, Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";

/**
 * An object of the schema by its fields: values, promises, or functions of the field's arguments. The local
 * GitHub does not support a missing field; a query for it is an error that says so.
 */
export type Fields = Readonly<Record<string, unknown>> & { readonly __typename: string };

export interface Context {
  readonly world: World;
  readonly caller: Caller;
  readonly rateLimits: RateLimits;
  /** Parents of what they contain: reached through here, because modules must not import each other in a circle. */
  readonly show: {
    readonly repository: (context: Context, repository: Repository) => Fields;
    readonly pullRequest: (context: Context, repository: Repository, pullRequest: PullRequest) => Fields;
  };
  readonly observed: Map<PullRequest, Promise<void>>;
}

export function actorIn({ caller }: Context): Actor {
  const actor = actorOf(caller);
  if (!actor) throw new GitHubError(403, "Resource not accessible by integration");
  return actor;
}

/** Throws unless the caller may see objects of a type in the repository. */
export function demandSight({ caller }: Context, repository: Repository, type: keyof typeof OBJECTS): void {
  demand(caller, repository, OBJECTS[type].sets);
}

/**
 * Why GitHub shows `null` instead of a value of the answer, wherever it stands: it is an object that the caller may not
 * read. `null` if it may.
 */
export function refusalOfSight({ caller }: Context, value: unknown): Error | null {
  const typename = (value as Partial<Fields> | null | undefined)?.__typename;
  const key = typename === undefined ? null : keyOfType(typename);
  if (key === null) return null;
  try {
    demandOfToken(caller, OBJECTS[key].sets);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Throws unless the caller has the permissions of a mutation, and the repository is not archived. */
export function demandDeed(
  { caller }: Context,
  repository: Repository,
  mutation: keyof typeof MUTATIONS,
): void {
  demand(caller, repository, MUTATIONS[mutation].sets);
  if (repository.archived) throw new GitHubError(422, "Repository was archived so is read-only.");
}

/** Counts as one read of a pull request, however many of its fields one document requests. */
export function observeOnce(
  context: Context,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  const known = context.observed.get(pullRequest);
  if (known) return known;
  const observed = observeMergeability(context.world, repository, pullRequest);
  context.observed.set(pullRequest, observed);
  return observed;
}
