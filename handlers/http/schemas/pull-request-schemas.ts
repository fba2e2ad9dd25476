// The schemas of the routes in `pull-requests.ts`.

import { z } from "zod";
import { pageOf, pageQuery } from "../../../src/http/page.ts";
import { PULL_REQUEST_STATUSES } from "../../../src/pull-requests/record/record.ts";
import { SIGNAL_DATA } from "../../../src/signals/signal.ts";
import { preview, pullRequest, wholePullRequest } from "../answers/pull-request.ts";
import { noBody } from "./no-body.ts";

const TEXT_CHARACTERS_MAX = 200;
const text = z.string().min(1).max(TEXT_CHARACTERS_MAX).optional();
const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(PULL_REQUEST_STATUSES).optional(),
  repository: text,
  project: text,
  q: text,
});

const params = z.object({ id: z.string() });
const ASKS_GITHUB = [
  "rate_limited",
  "github_unavailable",
  "resource_limits_exceeded",
  "diff_unavailable",
] as const;

export const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(pullRequest, "PullRequestPage") },
  operation: {
    id: "listPullRequests",
    tag: "Pull requests",
    summary: "List pull requests",
    description: "The newest first. `q` finds them by the words of their names, titles and projects.",
  },
} as const;
export const GET = {
  params,
  response: { 200: wholePullRequest },
  operation: {
    id: "getPullRequest",
    tag: "Pull requests",
    summary: "Read a pull request",
    description: "With its steps, its history, and its state on GitHub when the bot last read it.",
    problems: ["not_found"],
  },
} as const;
export const PREVIEW_COMPLETION = {
  body: SIGNAL_DATA["orb.implementation.completed"],
  response: { 200: preview },
  operation: {
    id: "previewCompletion",
    tag: "Pull requests",
    summary: "Preview a completion that was not signalled",
    description:
      "Reads from GitHub and writes nothing. The body is the `data` of `orb.implementation.completed`.",
    problems: ASKS_GITHUB,
  },
} as const;
export const PREVIEW_RECORD = {
  params,
  body: noBody,
  response: { 200: preview },
  operation: {
    id: "previewPullRequest",
    tag: "Pull requests",
    summary: "Preview what the bot would do next",
    description: "Reads from GitHub and writes nothing.",
    problems: ["not_found", ...ASKS_GITHUB],
  },
} as const;
