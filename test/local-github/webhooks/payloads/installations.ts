// Payloads about an App's own installations.

import { accountJson } from "../../json/account.ts";
import { installationJson } from "../../json/app.ts";
import type { Installation, Repository } from "../../state.ts";
import { fullName, type World } from "../../world.ts";
import type {
  InstallationEvent,
  InstallationRepositoriesEvent,
  InstallationTargetEvent,
} from "../../world-event.ts";
import type { Payload } from "./part.ts";

export function installationPart(world: World, { installation, repositories }: InstallationEvent): Payload {
  return {
    installation: installationJson(world, installation),
    repositories: repositories.map(named),
    requester: null,
  };
}

export function installationRepositoriesPart(
  world: World,
  { installation, repositoriesAdded, repositoriesRemoved }: InstallationRepositoriesEvent,
): Payload {
  const json = installationJson(world, installation);
  return {
    installation: json,
    repository_selection: json.repository_selection,
    repositories_added: repositoriesAdded.map(named),
    repositories_removed: repositoriesRemoved.map(named),
    requester: null,
  };
}

export function installationTargetPart(
  world: World,
  { installation, loginBefore }: InstallationTargetEvent,
): Payload {
  const { account } = installation;
  return {
    account: accountJson(world, account),
    changes: { login: { from: loginBefore } },
    installation: installationIds(installation),
    target_type: account.type,
  };
}

/** The installation in payloads of other events. */
export function installationIds({ id }: Installation): Payload {
  return { id, node_id: Buffer.from(`023:IntegrationInstallation${id}`).toString("base64") };
}

function named(repository: Repository): Payload {
  const { id, nodeId, name } = repository;
  return { id, node_id: nodeId, name, full_name: fullName(repository), private: repository.private };
}
