import type { PullRequestRecord } from "../record/record.ts";
import type { Refusal } from "../../errors.ts";
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

/**
 * The changes to a record after GitHub refused a command for lack of a permission: the wish stays until the permission is
 * granted, which makes records with such a shortcoming due.
 */
export function traceOfRefused(
  { command, by }: CommandRequest,
  { shortcomings }: PullRequestRecord,
  { refusal, at }: { refusal: Refusal; at: Date },
): Partial<PullRequestRecord> {
  const draft = command === "draft";
  const code = changeRefused(draft);
  return {
    draftWaits: { by, at, draft },
    draftAsked: draft ? { by, at } : null,
    shortcomings: [...shortcomings.filter((each) => each.code !== code), { ...refusal, code }],
  };
}

/** The code of the shortcoming while the App may not change the draft state. */
export function changeRefused(draft: boolean): string {
  return draft ? "draft_permission_missing" : "ready_permission_missing";
}

/** A question for the status does not count, and neither does a token, because the agents' own platform may use it. */
function isDeedOfPerson({ command, door }: CommandRequest): boolean {
  return (door === "comment" || door === "button") && !ONLY_ASKED.has(command);
}

const ONLY_ASKED: ReadonlySet<Asked> = new Set<Asked>(["help", "status", "unknown", "merge_group"]);

function leftBy(
  { command, by }: CommandRequest,
  { pullRequest, openedAt, status, shortcomings }: PullRequestRecord,
  { draft, at }: { draft: boolean | null; at: Date },
): Partial<PullRequestRecord> {
  const wish: Wish = { by, at };
  const refused = new Set([true, false].map(changeRefused));
  const drafted = {
    ...(pullRequest && draft !== null && { pullRequest: { ...pullRequest, draft } }),
    draftWaits: null,
    shortcomings: shortcomings.filter(({ code }) => !refused.has(code)),
  };
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
      return { cleanupAsked: { ...wish, taken: false } };
    case "help":
    case "status":
    case "unknown":
    case "merge_group":
      return {};
    default:
      return command satisfies never;
  }
}
