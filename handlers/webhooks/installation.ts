import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, id, ignored, login, repository, time } from "./payload.ts";

/** What an owner's approval, or the App's coming back, may have mended. */
const MAY_BE_MENDED = ["app_not_installed", "permission_missing", "bad_credentials", "repository_blocked"];
/** Of one delivery; those beyond are known when something happens in them. */
const REPOSITORIES_MAX = 5_000;

const installationPart = z.object({
  id,
  account: z.object({ login }),
  permissions: z.record(z.string().max(100), z.string().max(20)),
  suspended_at: z.string().nullish(),
  updated_at: time,
});

const payload = z.object({
  action: z.enum(["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"]),
  installation: installationPart,
  repositories: z.array(repository).nullish(),
});

/**
 * The App was installed, removed, suspended, or given other permissions. It is registered with what it lacks, and what
 * stood still for want of it goes on; nobody's repository is written to.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
 */
export function installation({ installations, motionStore, now }: App): DeliveryHandler {
  return handlerOf(payload, async ({ action, installation, repositories }, { delivery, transaction }) => {
    const { id: installationId, account, permissions, updated_at: toldAt } = installation;
    const deleted = action === "deleted";
    const suspended = action === "suspend" || (action !== "unsuspend" && Boolean(installation.suspended_at));
    const state = { _id: installationId, account: account.login, permissions, suspended, deleted, toldAt };
    if (!(await installations.record(state, transaction))) {
      return ignored("Something newer is known of the installation");
    }
    const reachable = !deleted && !suspended;
    const news = (repositories ?? []).slice(0, REPOSITORIES_MAX).map(({ id: _id, full_name: fullName }) => ({
      _id,
      fullName,
      installationId,
      reachable,
    }));
    await installations.recordRepositories(news, { toldAt: delivery.receivedAt, transaction });
    const [where, when] = [{ account: account.login }, { now: now(), transaction }];
    const woken = reachable
      ? (await motionStore.wake(where, MAY_BE_MENDED, when)) +
        (await motionStore.tryPermissions(where, account.login, when))
      : 0;
    return { outcome: "applied", because: `The installation of ${account.login}: ${action}; ${woken} go on` };
  });
}
