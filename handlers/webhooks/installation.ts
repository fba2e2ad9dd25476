import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { newsOf } from "./installed-repositories.ts";
import {
  type Context,
  handlerOf,
  id,
  ignored,
  accountLogin,
  permissions,
  listedRepository,
  time,
  usable,
} from "./payload.ts";

const installationPart = z.object({
  id,
  account: z.object({ login: accountLogin }),
  permissions,
  suspended_at: z.string().nullish(),
  updated_at: time,
});

const payload = z.object({
  action: z.enum(["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"]),
  installation: installationPart,
  repositories: usable(listedRepository).nullish(),
});
type Payload = z.infer<typeof payload>;

/**
 * The App was installed, removed or suspended, or got other permissions. The installation is stored with the permissions that
 * are missing. Pull requests that waited for the App continue; those that lost it get a look, which reports that. The handler
 * writes to no repository.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
 */
export function installation(parts: PullRequestParts): DeliveryHandler {
  const { wakeStore, sweepStore, now } = parts;
  return handlerOf(payload, async (told, context) => {
    const { action } = told;
    const { account } = told.installation;
    if (!context.reached && !(await register(told, parts, context))) {
      return ignored("A newer event about the installation was handled before");
    }
    const { count, reached } = await sweepStore.next(
      { account: account.login },
      context,
      async ({ ids, spread }) => {
        const when = { now: now(), transaction: context.transaction, spread };
        if (!isReachable(told)) return wakeStore.lookAgain(ids, when);
        const woken = await wakeStore.wake({ ids }, "installation_usable", when);
        return woken + (await wakeStore.tryPermissions({ ids }, account.login, when));
      },
    );
    const because = `The installation of ${account.login}: ${action}; ${count} looked at again`;
    return { outcome: "applied", because, reached };
  });
}

/** @returns whether it is news */
async function register(
  told: Payload,
  { installations }: PullRequestParts,
  { delivery, transaction }: Context,
) {
  const { id: installationId, account, permissions, updated_at: toldAt } = told.installation;
  const deleted = told.action === "deleted";
  const suspended = isSuspended(told);
  const state = { _id: installationId, account: account.login, permissions, suspended, deleted, toldAt };
  if (!(await installations.record(state, transaction))) return false;
  const reachable = isReachable(told);
  const news = newsOf(told.repositories ?? [], { installationId, reachable, toldAt });
  await installations.recordRepositories(news, { toldAt: delivery.receivedAt, transaction });
  return true;
}

function isReachable(told: Payload): boolean {
  return told.action !== "deleted" && !isSuspended(told);
}

function isSuspended({ action, installation }: Payload): boolean {
  return action === "suspend" || (action !== "unsuspend" && Boolean(installation.suspended_at));
}
