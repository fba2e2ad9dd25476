import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { BUTTON_COMMANDS } from "../../src/pull-requests/record/rules/command.ts";
import { askByButton, NOBODY_ASKED } from "./button.ts";
import {
  action,
  handlerOf,
  id,
  ignored,
  nudge,
  placeOf,
  present,
  branchName,
  repository,
  sender,
  sha,
} from "./payload.ts";

const IDENTIFIER_CHARACTERS_MAX = 20;

const suiteOfRun = z.object({ head_branch: branchName.nullish().catch(null) }).nullish();
const payload = z.object({
  action,
  check_run: z.object({
    id: id.nullish().catch(null),
    head_sha: sha,
    app: z.object({ id }).nullish(),
    check_suite: suiteOfRun,
  }),
  requested_action: z.object({ identifier: z.string().max(IDENTIFIER_CHARACTERS_MAX) }).nullish(),
  repository,
  sender,
});

/**
 * A check began or ended, or a person pressed a button of the bot's check run or asked for a new run. The pull request is found
 * by the commit, because checks of forks name no pull request, and by the branch, because the bot may not have seen the commit yet:
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run
 */
export function checkRun(parts: PullRequestParts): DeliveryHandler {
  const { appId } = parts;
  return handlerOf(payload, async ({ action, check_run: run, ...told }, context) => {
    const repository = told.repository.full_name;
    const ours = run.app?.id === appId;
    if (!ours) {
      const commit = { sha: run.head_sha, branches: present(run.check_suite?.head_branch) };
      const about = `a check of ${run.head_sha} in ${repository} was ${action}`;
      return nudge(parts, { where: { repository, commit }, about }, context);
    }
    const where = { ...placeOf(told.repository), headSha: run.head_sha, checkRun: run.id ?? undefined };
    if (action !== "rerequested" && action !== "requested_action")
      return ignored("The check run is the bot's own");
    if (!told.sender) return ignored(NOBODY_ASKED);
    const asked = { parts, by: told.sender.login, context };
    if (action === "rerequested") return askByButton("refresh", where, asked);
    const identifier = told.requested_action?.identifier;
    const command = BUTTON_COMMANDS.find((button) => button === identifier);
    if (!command) return ignored("The check run has no such button");
    return askByButton(command, where, asked);
  });
}
