import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { parseCommands } from "../../src/pull-requests/commands/rules/parse-commands.ts";
import { action, handlerOf, id, ignored, isPerson, notKept, placeOf, repository, sender } from "./payload.ts";

const payload = z.object({
  action,
  issue: z.object({ number: id, pull_request: z.object({}).nullish() }),
  comment: z.object({
    id,
    body: z.string().nullish(),
    user: sender,
    performed_via_github_app: z.object({ id }).nullish(),
  }),
  repository,
});

/**
 * A comment on a pull request of ours, which may contain commands. Whether its author may give commands is asked when
 * they are carried out. Only new comments count: an edited one would give its commands twice.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment
 */
export function issueComment({ wakeStore, appId, now }: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, issue, comment, repository }, { transaction }) => {
    if (action !== "created") return ignored("Only a new comment commands");
    if (!issue.pull_request) return ignored("It is a comment on an issue");
    if (comment.performed_via_github_app?.id === appId) return ignored("The comment is the bot's own");
    if (!comment.user || !isPerson(comment.user)) return ignored("Commands are for people");
    const by = comment.user.login;
    const commands = parseCommands(comment.body ?? "");
    if (commands.length === 0) return ignored("The comment has no command");
    const where = { ...placeOf(repository), number: issue.number };
    const at = now();
    for (const command of commands) {
      const key = `comment:${comment.id}:${command}`;
      const request = { key, command, door: "comment", by, commentId: comment.id, at } as const;
      const outcome = await wakeStore.addRequest(where, request, { now: at, transaction });
      const refused = notKept(outcome, "The pull request is not ours");
      if (refused) return refused;
    }
    return { outcome: "applied", because: `Asked for: ${commands.join(", ")}` };
  });
}
