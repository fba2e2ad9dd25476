import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, id, login, repository } from "./payload.ts";

/** Of one delivery; those beyond are known when something happens in them. */
const REPOSITORIES_MAX = 5_000;

const payload = z.object({
  action: z.string(),
  installation: z.object({ id, account: z.object({ login }) }),
  repositories_added: z.array(repository),
  repositories_removed: z.array(repository),
});

/**
 * Repositories came to an installation or left it. What waited for the App goes on; what it can't reach any more is
 * found out by the next look.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation_repositories
 */
export function installationRepositories(app: App): DeliveryHandler {
  const { installations, motionStore, pullRequestStore, now } = app;
  return handlerOf(payload, async (told, { delivery, transaction }) => {
    const added = told.repositories_added.slice(0, REPOSITORIES_MAX);
    const removed = told.repositories_removed.slice(0, REPOSITORIES_MAX);
    const news = (reachable: boolean) => (each: z.infer<typeof repository>) => ({
      _id: each.id,
      fullName: each.full_name,
      installationId: told.installation.id,
      reachable,
    });
    await installations.recordRepositories([...added.map(news(true)), ...removed.map(news(false))], {
      toldAt: delivery.receivedAt,
      transaction,
    });
    const when = { now: now(), transaction };
    const names = added.map(({ full_name: name }) => name);
    const woken = await motionStore.wake({ repositories: names }, ["app_not_installed"], when);
    let left = 0;
    for (const { full_name: name } of removed) {
      left += await pullRequestStore.nudge({ repository: name }, when);
    }
    const because = `${added.length} repositories came and ${removed.length} left; ${woken + left} looked at again`;
    return { outcome: "applied", because };
  });
}
