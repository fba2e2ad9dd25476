import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { newsOf } from "./installed-repositories.ts";
import { action, handlerOf, id, accountLogin, listedRepository, time, usable } from "./payload.ts";

const payload = z.object({
  action,
  installation: z.object({
    id,
    account: z.object({ login: accountLogin }),
    updated_at: time.nullish().catch(null),
  }),
  repositories_added: usable(listedRepository),
  repositories_removed: usable(listedRepository),
});

type Payload = z.infer<typeof payload>;

/**
 * Repositories were added to an installation or removed from it. Pull requests that waited for the App continue; those that it
 * can no longer reach get a look, which reports that.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation_repositories
 */
export function installationRepositories(parts: PullRequestParts): DeliveryHandler {
  const { installations, wakeStore, sweepStore, now } = parts;
  return handlerOf(payload, async (told, context) => {
    const { delivery, transaction } = context;
    const { added, removed } = newsIn(told);
    const news = [...added, ...removed];
    if (!context.reached) {
      await installations.recordRepositories(news, { toldAt: delivery.receivedAt, transaction });
    }
    // Another installation may have the removed ones now, so they only get a look.
    const places = { repositories: news.map(({ fullName }) => fullName) };
    const { count, reached } = await sweepStore.next(places, context, async ({ ids, spread }) => {
      const when = { now: now(), transaction, spread };
      const woken = added.length > 0 ? await wakeStore.wake({ ids }, "repository_added", when) : 0;
      return removed.length > 0 ? wakeStore.lookAgain(ids, when) : woken;
    });
    const because = `${added.length} repositories came and ${removed.length} left; ${count} looked at again`;
    return { outcome: "applied", because, reached };
  });
}

function newsIn({ installation, repositories_added: added, repositories_removed: removed }: Payload) {
  const { id: installationId, updated_at: toldAt = null } = installation;
  return {
    added: newsOf(added, { installationId, reachable: true, toldAt }),
    removed: newsOf(removed, { installationId, reachable: false, toldAt }),
  };
}
