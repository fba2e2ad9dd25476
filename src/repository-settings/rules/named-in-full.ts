import { isGlob } from "../../text/is-glob.ts";
import type { RepositorySettings } from "../settings.ts";

/**
 * Whether the settings name a branch in full as a base. A glob never does, although a branch may be called like one:
 * Git allows the name `release/{1,2}`, and an agent may push a branch with that name.
 */
export function isNamedInFull(
  branch: string,
  { baseBranches }: Pick<RepositorySettings, "baseBranches">,
): boolean {
  return !isGlob(branch) && baseBranches.includes(branch);
}
