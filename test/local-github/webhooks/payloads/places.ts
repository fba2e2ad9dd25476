// The repository, owner and organization of an event: webhooks say less about a repository than REST.

import { accountJson, organizationJson } from "../../json/account.ts";
import { repositoryJson } from "../../json/repository.ts";
import type { Repository } from "../../state.ts";
import type { Account } from "../../account.ts";
import type { World } from "../../world.ts";
import type { RepositoryEvent } from "../../world-event.ts";
import type { Payload } from "./part.ts";

/** Only REST has merge settings; custom properties are in every payload. */
export function repositoryPart(world: World, repository: Repository): Payload {
  const {
    allow_rebase_merge: _rebase,
    allow_squash_merge: _squash,
    allow_auto_merge: _auto,
    allow_merge_commit: _merge,
    delete_branch_on_merge: _delete,
    ...json
  } = repositoryJson(world, repository);
  return { ...json, custom_properties: {} };
}

/** The previous values: https://docs.github.com/en/webhooks/webhook-events-and-payloads#repository */
export function repositoryChange(world: World, event: RepositoryEvent): Payload {
  if (event.action === "renamed") return { changes: { repository: { name: { from: event.nameBefore } } } };
  if (event.action === "edited") return { changes: { default_branch: { from: event.defaultBranchBefore } } };
  if (event.action !== "transferred") return {};
  const { ownerBefore } = event;
  const from =
    ownerBefore.type === "Organization"
      ? organizationPart(world, ownerBefore)
      : { user: accountJson(world, ownerBefore) };
  return { changes: { owner: { from } } };
}

/** Present if an organization owns the repository. */
export function organizationPart(world: World, owner: Account): Payload {
  if (owner.type !== "Organization") return {};
  return { organization: organizationJson(world, owner) };
}
