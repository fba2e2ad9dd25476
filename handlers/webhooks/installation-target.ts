import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { action, handlerOf, id, ignored, accountLogin, time } from "./payload.ts";

// An enterprise has neither a login nor repositories.
const payload = z.object({
  action,
  account: z.object({ login: accountLogin.nullish(), updated_at: time.nullish().catch(null) }),
  changes: z.object({ login: z.object({ from: accountLogin }).nullish() }).nullish(),
  installation: z.object({ id }),
});

/**
 * The account on which the App is installed was renamed, and so were all of its repositories; their records follow. GitHub
 * sends it to every App, without a subscription.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation_target
 */
export function installationTarget(parts: PullRequestParts): DeliveryHandler {
  const { installations, wakeStore, renameStore, sweepStore, now } = parts;
  return handlerOf(payload, async ({ action, account, changes, installation }, context) => {
    const { delivery, transaction } = context;
    const [from, to] = [changes?.login?.from, account.login];
    if (action !== "renamed" || !from || !to) return ignored("No login has changed");
    const renamed = { installationId: installation.id, from, to, renamedAt: account.updated_at ?? null };
    const told = { toldAt: delivery.receivedAt, transaction };
    const current = await installations.recordAccountRename(renamed, told);
    const { count, reached } = await sweepStore.next(
      { account: from, ended: true },
      context,
      async ({ ids, spread }) => {
        const when = { now: now(), transaction };
        const nameToday = (id: number) => installations.nameToday(id, transaction);
        const followed = await renameStore.followAccount(ids, { login: current, nameToday }, when);
        await wakeStore.lookAgain(ids, { ...when, spread });
        return followed;
      },
    );
    return {
      outcome: "applied",
      because: `${from} was renamed to ${current}; ${count} records followed`,
      reached,
    };
  });
}
