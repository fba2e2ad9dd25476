// Tokens with which an App acts in one installation.

import { randomBytes } from "node:crypto";
import { repositoriesOf } from "../acts/apps.ts";
import { GitHubError } from "../github-error.ts";
import type { Installation, InstallationToken, Permissions } from "../state.ts";
import type { World } from "../world.ts";
import { grants } from "./permissions.ts";

const LIFETIME_MS = 60 * 60 * 1_000;
/** Bytes of each part after the App's id; they give the ~520 characters of the stateless format of 2026. */
const PART_BYTES = [60, 66, 256] as const;

export interface TokenNarrowing {
  readonly repositories?: readonly string[] | undefined;
  readonly repositoryIds?: readonly number[] | undefined;
  readonly permissions?: Permissions | undefined;
}

/** Issues a token for an hour, for all rights of the installation or for the requested part. */
export function issueInstallationToken(
  world: World,
  installation: Installation,
  narrowing: TokenNarrowing,
): InstallationToken {
  if (installation.suspendedAt) throw new GitHubError(403, "This installation has been suspended");
  const { permissions = installation.permissions } = narrowing;
  for (const [name, level] of Object.entries(permissions)) {
    if (!grants(installation.permissions, { [name]: level })) {
      throw new GitHubError(422, "The permissions requested are not granted to this installation.");
    }
  }
  const parts = PART_BYTES.map((bytes) => randomBytes(bytes).toString("base64url"));
  const issued: InstallationToken = {
    token: `ghs_${installation.appId}_${parts.join(".")}`,
    installationId: installation.id,
    expiresAt: new Date(world.now().getTime() + LIFETIME_MS),
    permissions: { metadata: "read", ...permissions },
    repositories: narrowedRepositories(world, installation, narrowing),
  };
  world.state.installationTokens.set(issued.token, issued);
  return issued;
}

function narrowedRepositories(
  world: World,
  installation: Installation,
  { repositories, repositoryIds }: TokenNarrowing,
): InstallationToken["repositories"] {
  if (!repositories && !repositoryIds) return "all";
  const reachable = repositoriesOf(world, installation);
  const wanted = reachable.filter(
    ({ id, name }) => repositoryIds?.includes(id) || repositories?.includes(name),
  );
  if (wanted.length < (repositories?.length ?? 0) + (repositoryIds?.length ?? 0)) {
    throw new GitHubError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  return new Set(wanted.map(({ id }) => id));
}
