import { z } from "zod";
import { isRepositoryName } from "../../src/text/github-names.ts";
import { followRepository } from "../../src/pull-requests/upkeep/follow-repository.ts";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler, Handled } from "../../src/deliveries/delivery.ts";
import type { WaitEnding } from "../../src/pull-requests/record/rules/what-ends-a-wait.ts";
import {
  action,
  type Context,
  handlerOf,
  id,
  ignored,
  accountLogin,
  namedIn,
  nudged,
  repository as named,
} from "./payload.ts";

const account = z.object({ login: accountLogin });
const payload = z.object({
  action,
  repository: named.extend({ archived: z.boolean().default(false) }),
  installation: z.object({ id }).nullish(),
  changes: z
    .object({
      default_branch: z.object({}).nullish(),
      repository: z.object({ name: z.object({ from: z.string() }) }).optional(),
      owner: z
        .object({ from: z.object({ user: account.nullish(), organization: account.nullish() }) })
        .optional(),
    })
    .optional(),
});
type Payload = z.infer<typeof payload>;

/**
 * A repository was renamed or transferred, and its records follow; or it was created, archived, unarchived, deleted or given another
 * default branch, which the next look at each pull request finds out. What is cached of it is asked again.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#repository
 */
export function repository(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async (told, context) => {
    switch (told.action) {
      case "renamed":
      case "transferred":
        return moved(told, parts, context);
      case "created":
        return created(told, parts, context);
      case "archived":
      case "unarchived":
      case "deleted":
        return changed(told, parts, context);
      case "edited":
        if (told.changes?.default_branch) return changed(told, parts, context);
        return ignored("Only a new default branch changes what the bot does");
      default:
        return ignored(`${told.action} changes nothing that the bot keeps`);
    }
  });
}

async function moved(
  told: Payload,
  parts: PullRequestParts,
  { delivery, transaction }: Context,
): Promise<Handled> {
  const { pullRequestStore, now } = parts;
  const from = nameBefore(told);
  if (from === null || !isRepositoryName(from))
    return ignored("The payload does not say how it was called before");
  const news = { ...namedIn(told.repository), nameBefore: from, lastChange: delivery.id };
  const { current, followed } = await followRepository(news, parts, {
    toldAt: delivery.receivedAt,
    transaction,
  });
  // If the delivery is late and gave them a wrong name, the look shows it.
  await pullRequestStore.nudge({ repository: current }, { now: now(), transaction });
  return { outcome: "applied", because: `${from} was renamed to ${current}; ${followed} records followed` };
}

function nameBefore({ repository, changes }: Payload): string | null {
  const [owner = "", name = ""] = repository.full_name.split("/");
  const ownerBefore = changes?.owner?.from.organization?.login ?? changes?.owner?.from.user?.login;
  const before = changes?.repository?.name.from;
  return ownerBefore === undefined && before === undefined
    ? null
    : `${ownerBefore ?? owner}/${before ?? name}`;
}

/** It may have a name that another repository had: from now on, that name means the new one. */
async function created(
  told: Payload,
  { installations }: PullRequestParts,
  { delivery, transaction }: Context,
): Promise<Handled> {
  const news = { ...namedIn(told.repository), lastChange: delivery.id };
  await installations.recordRepositories([news], { toldAt: delivery.receivedAt, transaction });
  return { outcome: "applied", because: `${news.fullName} was created` };
}

async function changed(
  told: Payload,
  parts: PullRequestParts,
  { delivery, transaction }: Context,
): Promise<Handled> {
  const { installations, wakeStore, pullRequestStore, now } = parts;
  const { full_name: fullName, archived } = told.repository;
  const gone = told.action === "deleted";
  const news = {
    ...namedIn(told.repository),
    archived,
    lastChange: delivery.id,
    ...(gone && { reachable: false }),
  };
  await installations.recordRepositories([news], { toldAt: delivery.receivedAt, transaction });
  const when = { now: now(), transaction };
  const count = await pullRequestStore.nudge({ repository: fullName }, when);
  const ended = ENDS[told.action];
  const woken = ended ? await wakeStore.wake({ repositories: [fullName] }, ended, when) : 0;
  return nudged(count + woken, `${fullName} was ${told.action}`);
}

/** The waits that a change may end. */
const ENDS: Readonly<Record<string, WaitEnding>> = {
  unarchived: "repository_unarchived",
  edited: "default_branch_changed",
};
