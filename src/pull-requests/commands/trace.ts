import type { PullRequestRecord } from "../record/record.ts";
import type { Asked } from "../record/rules/command.ts";
import type { CommandRequest, Wish } from "../record/command-request.ts";

/**
 * What a command that was carried out leaves on its record.
 *
 * @param draft whether the pull request is a draft now, where the command was about that
 */
export function traceOf(
  request: CommandRequest,
  record: PullRequestRecord,
  done: { draft: boolean | null; at: Date },
): Partial<PullRequestRecord> {
  const acted = isDeedOfPerson(request) && { personActedAt: done.at };
  return { ...leftBy(request, record, done), ...acted };
}

/** Who only asks how it is going changes nothing; and behind a token may be the agents' own platform. */
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
      return { hold: null };
    case "refresh":
      return { refreshAsked: wish, parked: null };
    case "retry":
      return {
        retried: wish,
        problem: null,
        parked: null,
        waitTold: null,
        status: openedAt === null ? "queued" : status,
        // What an open one falls short of is tried again by writing it anew.
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
