import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { type Context, handlerOf, id, login, repository } from "./payload.ts";

/** Of one delivery; those beyond are known when something happens in them. */
const REPOSITORIES_MAX = 5_000;

const payload = z.object({
  action: z.string(),
  installation: z.object({ id, account: z.object({ login }) }),
  repositories_added: z.array(repository),
  repositories_removed: z.array(repository),
});

type Payload = z.infer<typeof payload>;

/** What a repository that the App may see again was refused for. */
const MAY_BE_MENDED = ["app_not_installed", "not_found"];

/**
 * Repositories came to an installation or left it. What waited for the App goes on, and what it can't reach any more is
 * looked at, and says so.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation_repositories
 */
export function installationRepositories(app: App): DeliveryHandler {
  const { motionStore, sweepStore, now } = app;
  return handlerOf(payload, async (told, context) => {
    if (!context.reached) await register(told, app, context);
    // Those that left may belong to another installation by now, so they are only looked at.
    const [added, removed] = [named(told.repositories_added), named(told.repositories_removed)];
    const places = { repositories: [...added, ...removed] };
    const { count, reached } = await sweepStore.next(places, context, async ({ ids, spread }) => {
      const when = { now: now(), transaction: context.transaction, spread };
      const woken = added.length > 0 ? await motionStore.wake({ ids }, MAY_BE_MENDED, when) : 0;
      return removed.length > 0 ? motionStore.lookAgain(ids, when) : woken;
    });
    const because = `${added.length} repositories came and ${removed.length} left; ${count} looked at again`;
    return { outcome: "applied", because, reached };
  });
}

async function register(told: Payload, { installations }: App, { delivery, transaction }: Context) {
  const news = (reachable: boolean) => (each: z.infer<typeof repository>) => ({
    _id: each.id,
    fullName: each.full_name,
    installationId: told.installation.id,
    reachable,
  });
  const [added, removed] = [told.repositories_added, told.repositories_removed];
  const known = [
    ...added.slice(0, REPOSITORIES_MAX).map(news(true)),
    ...removed.slice(0, REPOSITORIES_MAX).map(news(false)),
  ];
  await installations.recordRepositories(known, { toldAt: delivery.receivedAt, transaction });
}

function named(repositories: Payload["repositories_added"]): string[] {
  return repositories.slice(0, REPOSITORIES_MAX).map(({ full_name: name }) => name);
}
