// Addresses: of the API (at the root, as on api.github.com) and of pages.

import { fullName, type World } from "../world.ts";
import type { Repository } from "../state.ts";

/** `…/repos/owner/name`, the root of a repository's API addresses. */
export function repositoryApi(world: World, repository: Repository): string {
  return `${world.origin}/repos/${fullName(repository)}`;
}

/** `…/owner/name`, the root of a repository's pages. */
export function repositoryPage(world: World, repository: Repository): string {
  return `${world.origin}/${fullName(repository)}`;
}
