// Everything that the bot can ask of GitHub, each at least once.

import type { Repository } from "../../../src/github/repository.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import type { GitHubScene } from "./scene.ts";
import { signedIn } from "./signed-in.ts";

const PROTECTION = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
const NAMES = { people: ["octocat"], teams: ["core"] };
const ANNOTATION = {
  path: "a.ts",
  start_line: 1,
  end_line: 1,
  annotation_level: "failure",
  message: "no",
} as const;

/** Calls every function of `GitHub` and of `Repository`. The scene's installation must have all permissions. */
export async function askEverything(scene: GitHubScene): Promise<void> {
  const { github, gitHub, acme, installation, remote } = scene;
  await gitHub.botLogin();
  await gitHub.installations();
  await gitHub.installationRepositories(installation.id);
  await gitHub.failedDeliveries(null);
  await gitHub.redeliver(1);
  const about = await prepare(scene);
  github.addMember(acme, github.octocat);
  const person = await signedIn(scene, github.octocat);
  await person.membershipOf({ organization: "acme", team: null });
  await person.membershipOf({ organization: "acme", team: "core" });
  const calls: Record<keyof Repository, () => unknown> = {
    ...readsOf(remote, about),
    ...writesOf(remote, about),
  };
  for (const call of Object.values(calls)) await call();
}

interface About {
  /** Of the head of pull request 1, which conflicts with its base. */
  readonly sha: string;
  /** A failed job of GitHub Actions there, with a log and an annotation, beside more than a hundred statuses. So are the reviews. */
  readonly jobId: number;
  readonly nodeId: string;
  readonly commentId: number;
  /** Has GitHub hide classic protection: only then its outline is asked for. */
  readonly hideProtection: () => void;
}

async function prepare({ github, acme, repository }: GitHubScene): Promise<About> {
  github.createTeam(acme, "core");
  const push = (branch: string, text: string) =>
    github.pushFiles(repository, { branch, files: { "README.md": text }, message: text });
  const sha = await push("agent/1", "Theirs");
  await push("agent/2", "Two");
  await push("main", "Ours");
  await github.openPullRequest(repository, { title: "One", head: "agent/1", base: "main" });
  await github.addLabels(repository, 1, ["bug"]);
  for (let index = 0; index <= 100; index++) {
    await github.setStatus(repository, sha, { context: `ci/${index}`, state: "success" });
  }
  for (let index = 0; index <= 100; index++) {
    const by = github.createUser(`reviewer-${index}`);
    github.addCollaborator(repository, by, "write");
    await github.review(repository, 1, { by, event: "APPROVE" });
  }
  const job = await github.endJob(repository, sha, { name: "test", conclusion: "failure", log: "no" });
  job.annotations.push(ANNOTATION);
  const { id: commentId } = await github.comment(repository, 1, "/orb help");
  const hideProtection = () => {
    github.faults.add({ route: PROTECTION, fault: { kind: "answer", status: 404, json: {} } });
  };
  const { nodeId } = github.pullRequest(repository, 1);
  return { sha, jobId: job.id, nodeId, commentId, hideProtection };
}

function readsOf(remote: Repository, { sha, jobId, hideProtection }: About) {
  return {
    facts: () => remote.facts(),
    factsNow: () => remote.factsNow(),
    lastChange: () => remote.lastChange(),
    hasBranch: () => remote.hasBranch("main"),
    branchSha: () => remote.branchSha("main"),
    branchUsers: () => remote.branchUsers("agent/1"),
    branchRules: () => {
      hideProtection();
      return remote.branchRules("main");
    },
    baseFiles: () => remote.baseFiles(sha),
    ruleFiles: () => remote.ruleFiles({ base: "agent/1", baseSha: sha }),
    ownerSettings: () => remote.ownerSettings(),
    permissionOf: () => remote.permissionOf("octocat"),
    // The commit before the head of main is nobody's head, so it is compared.
    keptCommits: async () => {
      const { headSha } = await remote.compare("agent/2", "main");
      const { mergeBaseSha } = await remote.compare("main", "agent/1");
      await remote.keptCommits({ shas: [headSha ?? sha, mergeBaseSha], branches: ["main"] });
    },
    compare: () => remote.compare("main", "agent/1"),
    conflict: () => remote.conflict("main", "agent/1"),
    renderMarkdown: () => remote.renderMarkdown("*x*"),
    checksOn: () => remote.checksOn(sha),
    snapshot: () => remote.snapshot(1),
    failedCheck: () => remote.failedCheck(jobId),
    findCheckRun: () => remote.findCheckRun(sha),
    reviewComments: () => remote.reviewComments(1, 1),
    findComment: () => remote.findComment(1, "marker"),
    pullRequest: () => remote.pullRequest(1),
    pullRequestFiles: () => remote.pullRequestFiles(1),
    pullRequestsFrom: () => remote.pullRequestsFrom("agent/1"),
    openPullRequestNumbers: () => remote.openPullRequestNumbers(),
    openPullRequestsOfBot: () => remote.openPullRequestsOfBot(1),
    forgetLabels: () => remote.forgetLabels(),
    labelId: () => remote.labelId("bug"),
    labelIds: () => remote.labelIds(),
    accountIds: () => remote.accountIds(NAMES),
  };
}

function writesOf(remote: Repository, { sha, nodeId, commentId }: About) {
  const output = { title: sanitizeText("Title", 100), summary: ownWords("Summary"), text: null };
  const title = sanitizeText("Two", 100);
  const body = ownWords("x");
  return {
    createPullRequest: () =>
      remote.createPullRequest({ head: "agent/2", base: "main", title, body, draft: false }),
    updatePullRequest: () => remote.updatePullRequest(1, { title }),
    convertToDraft: () => remote.convertToDraft(nodeId),
    markReady: () => remote.markReady(nodeId),
    createLabel: () => remote.createLabel({ name: "new", color: "ffffff", description: "New" }),
    decorate: async () => {
      const ids = [...(await remote.labelIds()).values()];
      const { people } = await remote.accountIds(NAMES);
      const reviewerIds = { people: [...people.values()].filter((id) => id !== null), teams: [] };
      await remote.decorate(nodeId, { addLabelIds: ids, removeLabelIds: ids, reviewerIds });
    },
    requestReviewer: () => remote.requestReviewer(1, { team: "core" }),
    comment: () => remote.comment(1, body),
    updateComment: () => remote.updateComment(commentId, body),
    react: () => remote.react(commentId, "eyes"),
    createCheckRun: () => remote.createCheckRun({ headSha: sha, output }),
    updateCheckRun: async () =>
      remote.updateCheckRun({ id: await remote.createCheckRun({ headSha: sha, output }), output }),
    deleteBranch: () => remote.deleteBranch("agent/2"),
  };
}
