import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "../../../support/testing.ts";
import { createAccount, createTeam } from "../../acts/accounts.ts";
import {
  changeRepositories,
  createApp,
  grantPermissions,
  install,
  setSuspended,
  uninstall,
} from "../../acts/apps.ts";
import { addRuleset, protect, unprotect } from "../../acts/branches.ts";
import { createCheckRun, setStatus, updateCheckRun } from "../../acts/checks.ts";
import { addComment, deleteComment, editComment } from "../../acts/comments.ts";
import { editIssue, openIssue } from "../../acts/issues.ts";
import { addLabels, createLabel, deleteLabel, removeLabel, updateLabel } from "../../acts/labels.ts";
import { mergePullRequest } from "../../acts/merges.ts";
import { editPullRequest, openPullRequest, setDraft } from "../../acts/pull-requests.ts";
import { deleteBranch, pushFiles } from "../../acts/pushes.ts";
import { createRepository, renameRepository, setArchived } from "../../acts/repositories.ts";
import { removeReviewers, requestReviewers } from "../../acts/reviewers.ts";
import { submitReview } from "../../acts/reviews.ts";
import { BRANCH_PREFIX } from "../../git/refs.ts";
import { gitHubDescription } from "../../openapi/description.ts";
import { validateWebhook } from "../../openapi/validator.ts";
import { payloadOf } from "../../webhooks/payload.ts";
import { pingPayload } from "../../webhooks/ping.ts";
import { subscribersOf } from "../../webhooks/subscriptions.ts";
import { World } from "../../world.ts";
import { differences, unknownKeys } from "./payload-shapes.ts";

type Json = Record<string, unknown>;

const require = createRequire(import.meta.url);
const recordings = require("@octokit/webhooks-examples/api.github.com/index.json") as {
  name: string;
  examples: Json[];
}[];
/** The first payload of each event and action in the story below. */
const payloads = new Map<string, { event: string; payload: Json }>();
let rootDir: string;

beforeAll(async () => {
  rootDir = await mkdtemp(join(tmpdir(), "payloads-"));
  await raiseEverything();
});

afterAll(() => rm(rootDir, { recursive: true, force: true }));

/** One story with every event that the local GitHub can send. */
async function raiseEverything(): Promise<void> {
  const world = new World({
    origin: "http://127.0.0.1:3",
    rootDir,
    now: () => new Date(),
    mergeableNullReads: 0,
  });
  world.events.on(async (event) => {
    for (const subscriber of subscribersOf(world, event)) {
      const payload = JSON.parse(JSON.stringify(await payloadOf(world, event, subscriber))) as Json;
      const name = [event.type, payload["action"]].filter(Boolean).join(".");
      if (!payloads.has(name)) payloads.set(name, { event: event.type, payload });
    }
  });
  const owner = createAccount(world, "acme", "Organization");
  const alice = { account: createAccount(world, "alice", "User"), app: null };
  const level = "write" as const;
  const app = createApp(world, {
    slug: "orb",
    owner,
    permissions: {
      contents: level,
      pull_requests: level,
      issues: level,
      checks: level,
      statuses: "read",
      administration: "read",
      merge_queues: "read",
    },
    events: gitHubEvents(),
    webhook: { url: "http://127.0.0.1:3/", secret: "s" },
  });
  const bot = { account: app.bot, app };
  const repository = await createRepository(world, { owner, name: "shop", files: { "a.txt": "1\n" } });
  const other = await createRepository(world, { owner, name: "other" });
  repository.collaborators.set("alice", "write");
  createTeam(world, owner, "reviewers");

  const installation = await install(world, app, owner, { repositories: [repository] });
  await grantPermissions(world, installation, app.permissions);
  await changeRepositories(world, installation, { added: [other] });
  await changeRepositories(world, installation, { removed: [other] });
  await setSuspended(world, installation, true);
  await setSuspended(world, installation, false);

  await protect(world, alice, repository, "main", { requiredChecks: ["ci"], requiredApprovals: 1 });
  await protect(world, alice, repository, "main", { requiredChecks: ["ci"] });
  await unprotect(world, alice, repository, "main");
  await addRuleset(world, alice, repository, { name: "rules", rules: [{ type: "deletion" }] });
  const label = await createLabel(world, bot, repository, { name: "size: S", color: "00ff00" });
  await updateLabel(world, bot, repository, label, { color: "ff0000" });

  const issue = await openIssue(world, alice, repository, { title: "Broken", body: "It is." });
  await editIssue(world, alice, repository, issue, { state: "closed" });
  await editIssue(world, alice, repository, issue, { state: "open" });
  await pushFiles(world, alice, repository, {
    branch: "agent/1",
    files: { "b.txt": "2\n" },
    message: "Add b",
  });
  const pull = await openPullRequest(world, bot, repository, {
    title: "Add b",
    head: "agent/1",
    base: "main",
    body: null,
  });
  const sha = pull.headSha;
  await addLabels(world, bot, repository, pull, ["size: S"]);
  await removeLabel(world, bot, repository, pull, "size: S");
  await deleteLabel(world, bot, repository, label);
  await requestReviewers(world, bot, repository, pull, { people: ["alice"], teams: ["reviewers"] });
  await removeReviewers(world, bot, repository, pull, { people: ["alice"], teams: ["reviewers"] });
  await editPullRequest(world, bot, repository, pull, { title: "Add b.txt", body: "Closes #1" });
  await setDraft(world, bot, repository, pull, true);
  await setDraft(world, bot, repository, pull, false);
  const about = { type: "pull_request", repository, pullRequest: pull, sender: alice.account } as const;
  await world.raise({ ...about, action: "assigned", assignee: alice.account });
  await world.raise({ ...about, action: "unassigned", assignee: alice.account });
  await editPullRequest(world, alice, repository, pull, { state: "closed" });
  await editPullRequest(world, alice, repository, pull, { state: "open" });

  const comment = await addComment(world, alice, repository, pull, "/orb status");
  await editComment(world, alice, repository, { comment, issue: pull }, "/orb help");
  await deleteComment(world, alice, repository, { comment, issue: pull });
  const line = { path: "b.txt", line: 1, body: "Why?", diffHunk: "@@ -0,0 +1 @@\n+2" };
  const review = await submitReview(world, alice, repository, pull, {
    event: "REQUEST_CHANGES",
    comments: [line],
  });
  for (const action of ["edited", "dismissed"] as const) {
    const subject = { repository, pullRequest: pull, review, sender: alice.account };
    await world.raise({ type: "pull_request_review", action, ...subject });
  }

  const run = { name: "orb", headSha: sha, appId: app.id, status: "in_progress" } as const;
  const checkRun = await createCheckRun(world, bot, repository, run);
  await updateCheckRun(world, bot, repository, checkRun, { conclusion: "success" });
  const checked = { type: "check_run", repository, checkRun, sender: alice.account } as const;
  await world.raise({ ...checked, action: "rerequested" });
  await world.raise({ ...checked, action: "requested_action", requestedAction: "retry" });
  const suite = { repository, appId: app.id, headSha: sha, headBranch: "agent/1", sender: alice.account };
  await world.raise({ type: "check_suite", action: "requested", ...suite });
  await world.raise({ type: "check_suite", action: "rerequested", ...suite });
  await setStatus(world, alice, repository, sha, { state: "success", context: "ci" });
  await world.raise({
    type: "merge_group",
    action: "checks_requested",
    repository,
    headSha: sha,
    headRef: `${BRANCH_PREFIX}gh-readonly-queue/main/pr-2`,
    baseSha: sha,
    baseRef: `${BRANCH_PREFIX}main`,
    sender: alice.account,
  });
  await pushFiles(world, alice, repository, {
    branch: "agent/1",
    files: { "b.txt": "3\n" },
    message: "Fix b",
  });
  await mergePullRequest(world, alice, repository, pull);
  await deleteBranch(world, alice, repository, "agent/1");
  await renameRepository(world, alice, repository, "store");
  await setArchived(world, alice, repository, true);
  await uninstall(world, installation);
  payloads.set("ping", {
    event: "ping",
    payload: JSON.parse(JSON.stringify(pingPayload(world, app, 1))) as Json,
  });
}

function gitHubEvents(): string[] {
  const events = new Set(Object.keys(gitHubDescription().webhooks).map((key) => key.split(".")[0] ?? key));
  return [...events].filter((event) => !/^(installation|installation_repositories|ping)$/.test(event));
}

test("the story causes every event that the local GitHub knows", () => {
  expect([...payloads.keys()].sort()).toEqual(
    [
      "branch_protection_rule.created",
      "branch_protection_rule.deleted",
      "branch_protection_rule.edited",
      "check_run.completed",
      "check_run.created",
      "check_run.requested_action",
      "check_run.rerequested",
      "check_suite.completed",
      "check_suite.requested",
      "check_suite.rerequested",
      "create",
      "delete",
      "installation.created",
      "installation.deleted",
      "installation.new_permissions_accepted",
      "installation.suspend",
      "installation.unsuspend",
      "installation_repositories.added",
      "installation_repositories.removed",
      "issue_comment.created",
      "issue_comment.deleted",
      "issue_comment.edited",
      "issues.closed",
      "issues.opened",
      "issues.reopened",
      "label.created",
      "label.deleted",
      "label.edited",
      "merge_group.checks_requested",
      "ping",
      "pull_request.assigned",
      "pull_request.closed",
      "pull_request.converted_to_draft",
      "pull_request.edited",
      "pull_request.labeled",
      "pull_request.opened",
      "pull_request.ready_for_review",
      "pull_request.reopened",
      "pull_request.review_request_removed",
      "pull_request.review_requested",
      "pull_request.synchronize",
      "pull_request.unassigned",
      "pull_request.unlabeled",
      "pull_request_review.dismissed",
      "pull_request_review.edited",
      "pull_request_review.submitted",
      "pull_request_review_comment.created",
      "push",
      "repository.archived",
      "repository.renamed",
      "repository_ruleset.created",
      "status",
    ].sort(),
  );
});

test("every payload matches GitHub's schema", () => {
  // The schema's list of events that an App may subscribe to is outdated (no repository_ruleset).
  const outdatedEvents =
    /\/(app|performed_via_github_app)\/events\/\d+ must be equal to one of the allowed values/;
  const problems = [...payloads.values()]
    .flatMap(validateWebhook)
    .filter((problem) => !outdatedEvents.test(problem));
  expect(problems).toEqual([]);
});

test("every payload has the fields of all its recordings, with the same types", () => {
  const problems: string[] = [];
  let compared = 0;
  for (const [name, { event, payload }] of payloads) {
    const ofEvent = recordingsOf(event);
    const examples = ofEvent.filter((example) => example["action"] === payload["action"]);
    // The recorded pings are from repository webhooks, ours from an App's webhook.
    if (examples.length === 0 || event === "ping") continue;
    compared += 1;
    problems.push(...differences(payload, examples, ofEvent, name));
  }
  expect(problems).toEqual([]);
  expect(compared).toBeGreaterThan(35);
});

test("no payload has a field that neither GitHub's schema nor a recording has", () => {
  const unknown = [...payloads].flatMap(([name, { event, payload }]) => {
    const schema = gitHubDescription().webhooks[name];
    return unknownKeys(payload, schema ? [schema] : [], recordingsOf(event), name);
  });
  expect(unknown).toEqual([]);
});

function recordingsOf(event: string): Json[] {
  return recordings.filter((each) => each.name === event).flatMap(({ examples }) => examples);
}
