import type { Refusal } from "../../errors.ts";
import { ownWords, type SafeMarkdown, type SafeValue } from "../../text/safe.ts";
import { sanitizeInline } from "../../text/markdown/sanitize.ts";
import type { Templates } from "../../text/templates/templates.ts";
import { shortSha } from "../../text/short-sha.ts";
import type { PullRequestRecord } from "../record/record.ts";
import type { CommandRequest } from "../record/command-request.ts";

const SENTENCE_CHARACTERS_MAX = 500;
const PROBLEMS_MAX = 5;
/** The bot's words about a record contain no live references or links. */
const QUIET = { closes: [], gitHubHost: "", linkHosts: [] };

/**
 * The hidden line that finds an answer again. The help for an unknown command has its own, so that each pull request gets it
 * once.
 */
export function answerMarker({ command, commentId }: CommandRequest): SafeMarkdown {
  return ownWords(`<!-- orb:answer ${command === "unknown" ? "" : `${commentId} `}${command} -->`);
}

/** The answer to a command; `null` if the reaction is enough. */
export function answerTo(
  request: CommandRequest,
  {
    record,
    refusal,
    templates,
  }: { record: PullRequestRecord; refusal: Refusal | null; templates: Templates },
): SafeMarkdown | null {
  const marker = answerMarker(request);
  if (refusal) return templates.render("comments/refused", { ...sayRefusal(refusal), marker });
  switch (request.command) {
    case "help":
    case "unknown":
      return templates.render("comments/help", { unknown: request.command === "unknown", marker });
    case "status":
      return templates.render("comments/status", { ...sayRecord(record), marker });
    case "cleanup":
      return templates.render("comments/cleanup", { marker });
    case "refresh":
    case "retry":
    case "ready":
    case "draft":
    case "hold":
    case "unhold":
    case "merge_group":
      return null;
    default:
      return request.command satisfies never;
  }
}

function sayRefusal({ reason, remedy }: Refusal): { reason: SafeMarkdown; remedy: SafeMarkdown } {
  return { reason: line(reason), remedy: line(remedy) };
}

function sayRecord(record: PullRequestRecord): Record<string, SafeValue> {
  const { status, pullRequest, hold, problem, shortcomings, because, requests } = record;
  const problems = problem ? [problem, ...shortcomings] : shortcomings;
  return {
    status: ownWords(status),
    draft: pullRequest?.draft ?? false,
    headSha: ownWords(shortSha(pullRequest?.headSha ?? "")),
    because: because === null ? null : line(because),
    heldBy: hold && line(hold.by),
    problems: problems.slice(0, PROBLEMS_MAX).map(sayRefusal),
    more: Math.max(0, problems.length - PROBLEMS_MAX),
    waiting: requests.length - 1,
  };
}

function line(text: string): SafeMarkdown {
  return sanitizeInline(text, SENTENCE_CHARACTERS_MAX, QUIET, { isPlain: true });
}
