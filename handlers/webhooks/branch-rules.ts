import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler, Handled } from "../../src/deliveries/delivery.ts";
import {
  accountLogin,
  action,
  type Context,
  handlerOf,
  id,
  ignored,
  namedIn,
  nudge,
  nudged,
  repository as named,
} from "./payload.ts";

// A ruleset of an organization names no repository.
const payload = z.object({
  action,
  repository: named.nullish(),
  organization: z.object({ login: accountLogin }).nullish(),
  installation: z.object({ id }).nullish(),
});

/**
 * `repository_ruleset` and `branch_protection_rule`: the requirements of a merge have changed, so what is cached of them is
 * asked again. Only GitHub knows which branches match the pattern of a rule, so all pull requests of the repository, or of the
 * organization, get a look. GitHub sends these events only to an App with `administration: read`, which app.yml does not ask
 * for.
 */
export function branchRules(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, repository, organization, installation }, context) => {
    const { delivery, transaction } = context;
    const when = { toldAt: delivery.receivedAt, transaction };
    if (repository) {
      const { full_name: fullName } = repository;
      const news = { ...namedIn(repository), lastChange: delivery.id };
      await parts.installations.recordRepositories([news], when);
      const about = `a rule of ${fullName} was ${action}`;
      return nudge(parts, { where: { repository: fullName }, about }, context);
    }
    if (!organization || !installation) return ignored("It names neither a repository nor an organization");
    await parts.installations.recordAccountChange(installation.id, delivery.id, when);
    return lookAtAll(
      organization.login,
      { about: `a rule of ${organization.login} was ${action}` },
      { parts, context },
    );
  });
}

/** Makes looks at the pull requests of all the account's repositories due, spread out. */
async function lookAtAll(
  account: string,
  { about }: { about: string },
  { parts: { sweepStore, wakeStore, now }, context }: { parts: PullRequestParts; context: Context },
): Promise<Handled> {
  const { transaction } = context;
  const { count, reached } = await sweepStore.next({ account }, context, ({ ids, spread }) =>
    wakeStore.lookAgain(ids, { now: now(), transaction, spread }),
  );
  return { ...nudged(count, about), reached };
}
