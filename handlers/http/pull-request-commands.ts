import { randomUUID } from "node:crypto";
import { z } from "zod";
import { OrbError } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { judgeRequest } from "../../src/pull-requests/commands/rules/judge-command.ts";
import { BUTTON_COMMANDS, type Command } from "../../src/pull-requests/record/rules/command.ts";
import { noBody } from "./schemas/no-body.ts";
import { knownPullRequest } from "./pull-requests.ts";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";

const params = z.object({ id: z.string() });

const OPERATIONS = {
  retry: {
    id: "retryPullRequest",
    tag: "Pull requests",
    summary: "Retry what failed or is blocked",
    problems: ["not_found", "nothing_to_retry", "pull_request_ended", "too_many_requests_waiting"],
  },
  refresh: {
    id: "refreshPullRequest",
    tag: "Pull requests",
    summary: "Read a pull request again",
    description: "Reads everything from GitHub again, and writes the description again if it differs.",
    problems: [
      "not_found",
      "set_aside",
      "no_pull_request_yet",
      "pull_request_ended",
      "too_many_requests_waiting",
    ],
  },
} as const;
const schemaOf = <Button extends keyof typeof OPERATIONS>(command: Button) => ({
  params,
  body: noBody,
  response: { 202: z.object({ id: z.string(), accepted: z.literal(command) }) },
  operation: OPERATIONS[command],
});

type CommandParts = Pick<PullRequestParts, "pullRequestStore" | "wakeStore" | "database" | "now">;

/** `POST /api/v1/pull-requests/{id}/retry` and `/refresh`: the buttons of the check run, for programs. */
export function pullRequestCommandRoutes(server: HttpServer, parts: CommandParts): void {
  for (const command of BUTTON_COMMANDS) {
    server.post(
      `/api/v1/pull-requests/:id/${command}`,
      { config: { access: "write" }, schema: schemaOf(command) },
      async ({ params: { id }, actor }, reply) => {
        await ask(parts, { id, command, by: actor?.name ?? "" });
        return reply.status(202).send({ id, accepted: command });
      },
    );
  }
}

/** @throws OrbError `not_found`, or the reason why the record's state forbids it */
async function ask(
  { pullRequestStore, wakeStore, database, now }: CommandParts,
  { id, command, by }: { id: string; command: Command; by: string },
): Promise<void> {
  const record = await knownPullRequest(pullRequestStore, id);
  const refusal = judgeRequest(command, record);
  if (refusal) throw new OrbError(refusal);
  const at = now();
  const key = `api:${randomUUID()}`;
  const request = { key, command, door: "api", by, commentId: null, at } as const;
  const outcome = await database.transaction((transaction) =>
    wakeStore.addRequest({ id: record._id }, request, { now: at, transaction }),
  );
  if (outcome !== "too_many") return;
  throw new OrbError({
    code: "too_many_requests_waiting",
    reason: "Too many requests are waiting for this pull request.",
    remedy: "Try again when some of them are done.",
  });
}
