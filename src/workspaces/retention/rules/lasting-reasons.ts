import { clip } from "../../../text/clip.ts";
import { withoutInvisible } from "../../../text/invisible.ts";
import type { KeepReason } from "../../keep-reason.ts";
import type { PlaceCode } from "../../record/rules/root-names.ts";
import type { ProjectFact, PullRequestFact, RetentionFacts } from "./facts.ts";

/** What keeps a workspace until something happens, however long that takes. */
export type LastingCode =
  | "pull_request_checks_failed"
  | "pull_request_conflict"
  | "pull_request_changes_requested"
  | "pull_request_open"
  | "pull_request_waiting"
  | "project_unfinished"
  | "settings_unread"
  | "contains_workspace"
  | "too_many_projects"
  | PlaceCode;

type Lasting = KeepReason<LastingCode>;

/** It may quote a signal. */
const BECAUSE_CHARACTERS_MAX = 300;
/** As many names as a sentence holds. */
const NAMED_MAX = 5;

/** Every reason that holds, the most urgent first. */
export function lastingReasons({
  projects,
  projectsDropped,
  contains,
  outside,
}: RetentionFacts): readonly Lasting[] {
  // Nothing else matters: whatever happens to its project, the bot does not touch it.
  if (outside) return [outside];
  const reasons = projects.flatMap((project) => [
    ...project.pullRequests.flatMap((pullRequest) => ofPullRequest(pullRequest, project)),
    ...ofProject(project),
  ]);
  if (contains.length > 0) reasons.push(containsOthers(contains));
  if (projectsDropped > 0) reasons.push(tooManyProjects(projectsDropped));
  return reasons;
}

/**
 * An open pull request keeps it, whatever its state: a review may ask for changes at any time, and the agents make them here. Of a
 * cancelled project nothing more is opened.
 */
function ofPullRequest(
  { name, state, checksFailed, conflict, changesRequested }: PullRequestFact,
  { status }: Pick<ProjectFact, "status">,
): readonly Lasting[] {
  if (state === "waiting") return status === "cancelled" ? [] : [waiting(name)];
  if (state !== "open") return [];
  const needs = [
    ...(checksFailed ? [checks(name)] : []),
    ...(conflict ? [conflicting(name)] : []),
    ...(changesRequested ? [changes(name)] : []),
  ];
  return needs.length > 0 ? needs : [open(name)];
}

function ofProject({ id, because, end, settingsUnread, pullRequests }: ProjectFact): readonly Lasting[] {
  if (settingsUnread) return [unreadSettings(id)];
  const isFollowed = pullRequests.some(({ state }) => state === "open" || state === "waiting");
  if (end || isFollowed) return [];
  return [
    {
      code: "project_unfinished",
      reason: `The project ${id} has not ended: ${clip(withoutInvisible(because), BECAUSE_CHARACTERS_MAX)}.`,
      remedy: `Finish it, or send orb.project.cancelled or orb.project.failed for ${id} if nobody works on it any more.`,
    },
  ];
}

function checks(name: string): Lasting {
  return {
    code: "pull_request_checks_failed",
    reason: `Checks of ${name} have failed, so its agents may need the workspace.`,
    remedy:
      "Fix the checks, or close the pull request. The workspace goes some time after the end of the pull request.",
  };
}

function conflicting(name: string): Lasting {
  return {
    code: "pull_request_conflict",
    reason: `${name} has a conflict with its base, so its agents may need the workspace.`,
    remedy:
      "Resolve the conflict, or close the pull request. The workspace goes some time after the end of the pull request.",
  };
}

function changes(name: string): Lasting {
  return {
    code: "pull_request_changes_requested",
    reason: `A review of ${name} requests changes, so its agents may need the workspace.`,
    remedy:
      "Make the changes, or close the pull request. The workspace goes some time after the end of the pull request.",
  };
}

function open(name: string): Lasting {
  return {
    code: "pull_request_open",
    reason: `${name} is open. Nothing is to be done at the moment, but a review or a failed check may still need the workspace.`,
    remedy: "Merge or close the pull request. The workspace goes some time after that.",
  };
}

function waiting(name: string): Lasting {
  return {
    code: "pull_request_waiting",
    reason: `A pull request of ${name} waits to be opened.`,
    remedy:
      "GET /api/v1/pull-requests shows what it waits for. The workspace goes some time after the end of the pull request.",
  };
}

function unreadSettings(project: string): Lasting {
  return {
    code: "settings_unread",
    reason: `The settings of the repository of project ${project} could not be read yet, so nobody knows how long it wants the workspace.`,
    remedy:
      "The next sweep reads them. If this stays, look at GET /health/github and whether the App is installed there.",
  };
}

function containsOthers(paths: readonly string[]): Lasting {
  const more = paths.length > NAMED_MAX ? ` and ${paths.length - NAMED_MAX} more` : "";
  return {
    code: "contains_workspace",
    reason: `Other workspaces are inside it: ${paths.slice(0, NAMED_MAX).join(", ")}${more}.`,
    remedy: "It goes after them. Clean them up first if that takes too long.",
  };
}

function tooManyProjects(dropped: number): Lasting {
  return {
    code: "too_many_projects",
    reason: `${dropped} more signals named it for other projects than its record holds, so nobody knows whether they have ended.`,
    remedy: "Give each project a workspace of its own. Clean this one up by hand: POST /api/v1/cleanups.",
  };
}
