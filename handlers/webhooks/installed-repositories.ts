import type { z } from "zod";
import type { RepositoryNews } from "../../src/installations/repository.ts";
import type { listedRepository } from "./payload.ts";

/** Taken from one delivery. The bot learns about further ones when something happens in them. */
const REPOSITORIES_MAX = 5_000;

type Told = readonly z.infer<typeof listedRepository>[];

/**
 * The repositories of an installation, as a delivery lists them.
 *
 * @param toldAt GitHub's time of the installation's last change: since then they have these names, and the access is so
 */
export function newsOf(
  repositories: Told,
  {
    installationId,
    reachable,
    toldAt,
  }: { readonly installationId: number; readonly reachable: boolean; readonly toldAt: Date | null },
): RepositoryNews[] {
  return repositories.slice(0, REPOSITORIES_MAX).map(({ id: _id, full_name: fullName }) => ({
    _id,
    fullName,
    namedAt: toldAt,
    reachableAt: toldAt,
    installationId,
    reachable,
  }));
}
