import { ownerKeyOf } from "../../text/github-names.ts";
import type { About } from "./about.ts";

/** For the App itself, or too large to be read at the door. No account has such a name. */
const NO_INSTALLATION = "no installation";

/** The share of the lanes that a delivery takes: its repository's owner, as for pull requests, or else its installation. */
export function shareOf({
  repository,
  installationId,
}: Pick<About, "repository" | "installationId">): string {
  if (repository !== null) return ownerKeyOf(repository);
  return installationId === null ? NO_INSTALLATION : `installation/${installationId}`;
}
