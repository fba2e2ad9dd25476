import type { z } from "zod";
import type { RepositoryNews } from "../../src/installations/repository-store.ts";
import type { repository } from "./payload.ts";

/** Taken from one delivery. The bot learns about further ones when something happens in them. */
const REPOSITORIES_MAX = 5_000;

type Told = readonly z.infer<typeof repository>[];

/** The repositories of an installation, as a delivery lists them. */
export function newsOf(
  repositories: Told,
  { installationId, reachable }: { readonly installationId: number; readonly reachable: boolean },
): RepositoryNews[] {
  return repositories
    .slice(0, REPOSITORIES_MAX)
    .map(({ id, full_name: fullName }) => ({ _id: id, fullName, installationId, reachable }));
}
