// What both the list and the page show of a pull request.

import { labelsOn } from "../acts/labels.ts";
import { verdictsOn } from "../acts/mergeability.ts";
import { repositoryPage } from "../json/urls.ts";
import type { Issue, PullRequest, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { personView, type PersonView } from "./person-view.ts";

export interface LabelView {
  readonly name: string;
  readonly description: string;
  /** Six hex digits. */
  readonly color: string;
  /** Whether black text reads better on the colour than white. */
  readonly isLight: boolean;
}

export interface PullRequestSummary {
  readonly number: number;
  readonly href: string;
  readonly title: string;
  readonly state: "open" | "draft" | "merged" | "closed";
  readonly author: PersonView;
  readonly createdAt: Date;
  readonly labels: readonly LabelView[];
  readonly commentCount: number;
  readonly checks: "success" | "failure" | "pending" | "none";
}

export function pullRequestSummary(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): PullRequestSummary {
  return {
    number: pullRequest.number,
    href: `${repositoryPage(world, repository)}/pull/${pullRequest.number}`,
    title: pullRequest.title,
    state: stateOf(pullRequest),
    author: personView(world, pullRequest.author),
    createdAt: pullRequest.createdAt,
    labels: labelViews(repository, pullRequest),
    commentCount: pullRequest.comments.length + pullRequest.reviews.length,
    checks: overallVerdict(repository, pullRequest.headSha),
  };
}

export function labelViews(repository: Repository, issue: PullRequest | Issue): LabelView[] {
  return labelsOn(repository, issue).map(({ name, color, description }) => ({
    name,
    color,
    description: description ?? "",
    isLight: perceivedLightness(color) > 0.55,
  }));
}

function stateOf({ mergedAt, state, draft }: PullRequest): PullRequestSummary["state"] {
  if (mergedAt) return "merged";
  if (state === "closed") return "closed";
  return draft ? "draft" : "open";
}

function overallVerdict(repository: Repository, sha: string): PullRequestSummary["checks"] {
  const verdicts = [...verdictsOn(repository, sha).values()];
  if (verdicts.includes("failure")) return "failure";
  if (verdicts.includes("pending")) return "pending";
  return verdicts.length > 0 ? "success" : "none";
}

/** 0 is black, 1 white; weights of ITU-R BT.709. */
function perceivedLightness(color: string): number {
  const channel = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16) / 255;
  return 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4);
}
