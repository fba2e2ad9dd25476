// Which App receives which events: those installed there that subscribed to the event and may read its content.

import { installationsOn } from "../acts/apps.ts";
import type { App, Installation, Permissions } from "../state.ts";
import type { World } from "../world.ts";
import type { InRepositoryEvent, WorldEvent } from "../world-event.ts";

export interface Subscriber {
  readonly app: App;
  readonly installation: Installation;
}

/**
 * An event needs any one of these permissions, at read or higher.
 * https://docs.github.com/webhooks/webhook-events-and-payloads
 */
export const PERMISSIONS_FOR: Readonly<Record<InRepositoryEvent["type"], readonly string[]>> = {
  pull_request: ["pull_requests"],
  pull_request_review: ["pull_requests"],
  pull_request_review_comment: ["pull_requests"],
  issue_comment: ["issues"],
  issues: ["issues"],
  push: ["contents"],
  create: ["contents"],
  delete: ["contents"],
  check_run: ["checks"],
  check_suite: ["checks"],
  status: ["statuses"],
  label: ["metadata"],
  repository: ["metadata"],
  branch_protection_rule: ["administration"],
  repository_ruleset: ["administration"],
  merge_group: ["merge_queues"],
};

/** Every App receives installation events; all others need a subscription. */
export function subscribersOf(world: World, event: WorldEvent): Subscriber[] {
  if ("installation" in event) return withApps(world, [event.installation]);
  return withApps(world, installationsOn(world, event.repository)).filter(
    ({ app, installation }) => mayRead(event, installation.permissions) && wants(app, installation, event),
  );
}

function withApps(world: World, installations: readonly Installation[]): Subscriber[] {
  return installations.flatMap((installation) => {
    const app = world.state.apps.get(installation.appId);
    return app?.webhook ? [{ app, installation }] : [];
  });
}

function mayRead({ type }: InRepositoryEvent, permissions: Permissions): boolean {
  return PERMISSIONS_FOR[type].some((permission) => permissions[permission] !== undefined);
}

/**
 * A request to check again and a click on a button go to that App alone, because of its write access to checks,
 * not because of a subscription.
 */
function wants(app: App, installation: Installation, event: InRepositoryEvent): boolean {
  const asksOwnerOfChecks =
    (event.type === "check_run" && (event.action === "rerequested" || event.action === "requested_action")) ||
    (event.type === "check_suite" && (event.action === "requested" || event.action === "rerequested"));
  if (!asksOwnerOfChecks) return app.events.includes(event.type);
  const ownerAppId = event.type === "check_run" ? event.checkRun.appId : event.appId;
  return ownerAppId === app.id && installation.permissions["checks"] === "write";
}
