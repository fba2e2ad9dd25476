import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { askByButton, NOBODY_ASKED } from "./button.ts";
import {
  action,
  handlerOf,
  id,
  ignored,
  nudge,
  present,
  branchName,
  repository,
  sender,
  sha,
} from "./payload.ts";

const payload = z.object({
  action,
  check_suite: z.object({
    head_sha: sha,
    app: z.object({ id }).nullish(),
    head_branch: branchName.nullish().catch(null),
  }),
  repository,
  sender,
});

/**
 * All checks of an App have ended on a commit, or a person asked the bot's check to run again. GitHub also asks for the bot's
 * check on every push. That needs no answer, because the push event leads to the same.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_suite
 */
export function checkSuite(parts: PullRequestParts): DeliveryHandler {
  const { appId } = parts;
  return handlerOf(payload, async ({ action, check_suite: suite, repository, sender }, context) => {
    const where = { repository: repository.full_name, headSha: suite.head_sha };
    if (suite.app?.id === appId) {
      if (action !== "rerequested") return ignored("The checks are the bot's own");
      if (!sender) return ignored(NOBODY_ASKED);
      return askByButton("refresh", where, { parts, by: sender.login, context });
    }
    const commit = { sha: suite.head_sha, branches: present(suite.head_branch) };
    const about = `checks of ${suite.head_sha} in ${where.repository} were ${action}`;
    return nudge(parts, { where: { repository: where.repository, commit }, about }, context);
  });
}
