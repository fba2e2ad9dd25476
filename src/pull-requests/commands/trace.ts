import type { PullRequestRecord } from "../record/record.ts";
import type { Asked } from "../record/rules/command.ts";
import type { CommandRequest, Wish } from "../record/command-request.ts";

/**
 * The changes to a record after a command was carried out.
 *
 * @param draft whether the pull request is a draft now, if the command was about that
 */
export function traceOf(
  request: CommandRequest,
  record: PullRequestRecord,
  done: { draft: boolean | null; at: Date },
): Partial<PullRequestRecord> {
  const acted = isDeedOfPerson(request) && { personActedAt: done.at };
  return { ...leftBy(request, record, done), ...acted };
}

/** A question for the status does not count, and neither does a token, because the agents' own platform may use it. */
function isDeedOfPerson({ command, door }: CommandRequest): boolean {
  return (door === "comment" || door === "button") && !ONLY_ASKED.has(command);
}

const ONLY_ASKED: ReadonlySet<Asked> = new Set<Asked>(["help", "status", "unknown", "merge_group"]);

function leftBy(
  { command, by }: CommandRequest,
  { pullRequest, openedAt, status }: PullRequestRecord,
  { draft, at }: { draft: boolean | null; at: Date },
): Partial<PullRequestRecord> {
  const wish: Wish = { by, at };
  const drafted = pullRequest && draft !== null ? { pullRequest: { ...pullRequest, draft } } : {};
  switch (command) {
    case "hold":
      return { hold: wish };
    case "unhold":
      return { hold: null, parked: null };
    case "refresh":
      return { refreshAsked: wish, parked: null };
    case "retry":
      return {
        retried: wish,
        problem: null,
        parked: null,
        waitTold: null,
        status: openedAt === null ? "queued" : status,
        // The shortcomings of an open one are retried by writing its description again.
        ...(pullRequest && { refreshAsked: wish }),
      };
    case "ready":
      return { draftAsked: null, ...drafted };
    case "draft":
      return { draftAsked: wish, ...drafted };
    case "cleanup":
      return { cleanupAsked: wish };
    case "help":
    case "status":
    case "unknown":
    case "merge_group":
      return {};
    default:
      return command satisfies never;
  }
}
