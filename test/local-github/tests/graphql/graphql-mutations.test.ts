import { afterEach, beforeEach, describe, expect, test } from "../../../support/testing.ts";
import type { WorldEvent } from "../../world-event.ts";
import { setGraphQLScene, type Answer, type GraphQLScene } from "./graphql-scene.ts";
import { ALL_PERMISSIONS, nameOf, recordEvents } from "../scene.ts";

let scene: GraphQLScene;
let events: readonly WorldEvent[];

beforeEach(async () => {
  scene = await setGraphQLScene({ permissions: { ...ALL_PERMISSIONS, members: "read" } });
  events = recordEvents(scene.github);
});

afterEach(() => scene[Symbol.asyncDispose]());

/** Runs one mutation with its input as a variable; returns its payload, or fails. */
async function mutate(name: string, input: Record<string, unknown>, fields: string): Promise<unknown> {
  const { data, errors } = await attempt(name, input, fields);
  expect(errors).toBeUndefined();
  return data?.[name];
}

function attempt(name: string, input: Record<string, unknown>, fields: string): Promise<Answer> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return scene.ask(`mutation($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input });
}

function labelId(name: string): string | undefined {
  return scene.repository.labels.get(name)?.nodeId;
}

describe("labels", () => {
  test("are created, added and removed", async () => {
    const made = await mutate(
      "createLabel",
      { repositoryId: scene.repository.nodeId, name: "size: S", color: "00FF00", description: "Small" },
      "label { name color description } clientMutationId",
    );
    expect(made).toEqual({
      label: { name: "size: S", color: "00ff00", description: "Small" },
      clientMutationId: null,
    });
    const labelableId = scene.pullRequest.nodeId;
    const fields = "labelable { labels(first: 5) { nodes { name } } }";
    const both = [labelId("size: s"), labelId("bug")];
    await mutate("addLabelsToLabelable", { labelableId, labelIds: both }, fields);
    const left = await mutate(
      "removeLabelsFromLabelable",
      { labelableId, labelIds: both.slice(0, 1) },
      fields,
    );
    expect(left).toEqual({ labelable: { labels: { nodes: [{ name: "bug" }] } } });
    expect(events.map(nameOf)).toEqual([
      "label created",
      "pull_request labeled",
      "pull_request labeled",
      "pull_request unlabeled",
    ]);
  });

  test("that exist are not created again", async () => {
    const input = { repositoryId: scene.repository.nodeId, name: "Bug", color: "ffffff" };
    const { errors } = await attempt("createLabel", input, "label { id }");
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", message: "name is already_exists" }]);
  });
});

describe("a pull request", () => {
  const pullRequestId = (): string => scene.pullRequest.nodeId;

  test("is opened, and refused the second time in GitHub's words", async () => {
    const { github, repository } = scene;
    await github.pushFiles(repository, { branch: "agent/2", files: { "b.txt": "b\n" }, message: "Add b" });
    const input = {
      repositoryId: repository.nodeId,
      title: "Add b",
      headRefName: "agent/2",
      baseRefName: "main",
      draft: true,
    };
    const fields = "pullRequest { number isDraft author { login } }";
    expect(await mutate("createPullRequest", input, fields)).toEqual({
      pullRequest: { number: 3, isDraft: true, author: { login: "orb" } },
    });
    const again = await attempt("createPullRequest", input, fields);
    expect(again.data).toEqual({ createPullRequest: null });
    expect(again.errors).toMatchObject([
      {
        type: "UNPROCESSABLE",
        path: ["createPullRequest"],
        message: "A pull request already exists for acme:agent/2.",
      },
    ]);
  });

  test("is edited, its labels set", async () => {
    const input = {
      pullRequestId: pullRequestId(),
      title: "Best widgets",
      body: null,
      labelIds: [labelId("bug")],
    };
    const fields = "pullRequest { title body labels(first: 3) { nodes { name } } }";
    expect(await mutate("updatePullRequest", input, fields)).toEqual({
      pullRequest: { title: "Best widgets", body: "Fixes #2", labels: { nodes: [{ name: "bug" }] } },
    });
  });

  test("becomes a draft and ready again, closed and open again", async () => {
    const fields = "pullRequest { isDraft state }";
    const input = { pullRequestId: pullRequestId() };
    for (const [name, after] of [
      ["convertPullRequestToDraft", { isDraft: true, state: "OPEN" }],
      ["markPullRequestReadyForReview", { isDraft: false, state: "OPEN" }],
      ["closePullRequest", { isDraft: false, state: "CLOSED" }],
      ["reopenPullRequest", { isDraft: false, state: "OPEN" }],
    ] as const) {
      expect(await mutate(name, input, fields)).toEqual({ pullRequest: after });
    }
  });

  test("is merged as requested, and not if the head has moved", async () => {
    const stale = { pullRequestId: pullRequestId(), expectedHeadOid: "0".repeat(40) };
    expect((await attempt("mergePullRequest", stale, "pullRequest { id }")).errors).toMatchObject([
      { type: "STALE_DATA", message: "Head branch was modified. Review and try the merge again." },
    ]);
    const input = { pullRequestId: pullRequestId(), mergeMethod: "SQUASH", commitHeadline: "Squashed" };
    const fields = "pullRequest { state mergedBy { login } mergeCommit { messageHeadline } }";
    expect(await mutate("mergePullRequest", input, fields)).toEqual({
      pullRequest: {
        state: "MERGED",
        mergedBy: { login: "orb" },
        mergeCommit: { messageHeadline: "Squashed" },
      },
    });
  });

  test("is updated from its base", async () => {
    const { github, repository } = scene;
    await github.pushFiles(repository, { branch: "main", files: { "c.txt": "c\n" }, message: "Add c" });
    const before = scene.pullRequest.headSha;
    await mutate("updatePullRequestBranch", { pullRequestId: pullRequestId() }, "pullRequest { headRefOid }");
    expect(scene.pullRequest.headSha).not.toBe(before);
  });

  test("asks people and teams for reviews, instead of the earlier ones or in addition", async () => {
    const { github, repository } = scene;
    const [alice, bob] = ["alice", "bob"].map((login) => github.createUser(login));
    for (const account of [alice, bob]) if (account) github.addCollaborator(repository, account, "write");
    const team = github.createTeam(scene.acme, "reviewers");
    const fields = `pullRequest { reviewRequests(first: 5) { nodes { requestedReviewer {
      ... on User { login } ... on Team { slug }
    } } } }`;
    const ask = async (input: Record<string, unknown>): Promise<unknown> => {
      const payload = await mutate("requestReviews", { pullRequestId: pullRequestId(), ...input }, fields);
      const { pullRequest } = payload as {
        pullRequest: { reviewRequests: { nodes: { requestedReviewer: object }[] } };
      };
      return pullRequest.reviewRequests.nodes.map(({ requestedReviewer }) => requestedReviewer);
    };
    expect(await ask({ userIds: [alice?.nodeId] })).toEqual([{ login: "alice" }]);
    expect(await ask({ userIds: [bob?.nodeId], union: true })).toEqual([
      { login: "alice" },
      { login: "bob" },
    ]);
    expect(await ask({ teamIds: [team.nodeId] })).toEqual([{ slug: "reviewers" }]);
  });
});

test("comments are written, edited, reacted to and deleted", async () => {
  const written = await mutate(
    "addComment",
    { subjectId: scene.pullRequest.nodeId, body: "Hello" },
    "commentEdge { node { id body } } subject { ... on PullRequest { number } }",
  );
  const [comment] = scene.pullRequest.comments;
  expect(written).toEqual({
    commentEdge: { node: { id: comment?.nodeId, body: "Hello" } },
    subject: { number: scene.pullRequest.number },
  });
  const id = comment?.nodeId;
  await mutate("updateIssueComment", { id, body: "Hello again" }, "issueComment { body }");
  const reaction = { subjectId: id, content: "ROCKET" };
  const reacted = await mutate("addReaction", reaction, "reaction { content user { login } }");
  expect(reacted).toEqual({ reaction: { content: "ROCKET", user: { login: "orb" } } });
  expect(comment).toMatchObject({ body: "Hello again", reactions: [{ content: "rocket" }] });
  await mutate("deleteIssueComment", { id }, "clientMutationId");
  expect(scene.pullRequest.comments).toEqual([]);
});

test("a check run is created and completed by its App", async () => {
  const repositoryId = scene.repository.nodeId;
  const made = await mutate(
    "createCheckRun",
    { repositoryId, name: "orb", headSha: scene.pullRequest.headSha, status: "IN_PROGRESS" },
    "checkRun { id status conclusion checkSuite { app { slug } } }",
  );
  const [run] = scene.repository.checkRuns;
  expect(made).toEqual({
    checkRun: {
      id: run?.nodeId,
      status: "IN_PROGRESS",
      conclusion: null,
      checkSuite: { app: { slug: "orb" } },
    },
  });
  const annotation = {
    path: "a.txt",
    location: { startLine: 1, endLine: 1 },
    annotationLevel: "WARNING",
    message: "Look",
  };
  const output = { title: "Done", summary: "All good", annotations: [annotation] };
  const completed = await mutate(
    "updateCheckRun",
    {
      repositoryId,
      checkRunId: run?.nodeId,
      conclusion: "SUCCESS",
      output,
      completedAt: "2026-01-02T03:04:05Z",
    },
    "checkRun { status conclusion title completedAt annotations(first: 1) { nodes { path annotationLevel } } }",
  );
  expect(completed).toEqual({
    checkRun: {
      status: "COMPLETED",
      conclusion: "SUCCESS",
      title: "Done",
      completedAt: "2026-01-02T03:04:05Z",
      annotations: { nodes: [{ path: "a.txt", annotationLevel: "WARNING" }] },
    },
  });
});

test("a branch is deleted by its ref's id, which closes its pull request", async () => {
  const { data } = await scene.ask(
    `{ repository(owner: "acme", name: "widgets") { ref(qualifiedName: "agent/1") { id } } }`,
  );
  const ref = data?.["repository"]?.["ref"] as { id: string };
  await mutate("deleteRef", { refId: ref.id }, "clientMutationId");
  expect(scene.pullRequest.state).toBe("closed");
  const { errors } = await scene.ask(`query($id: ID!) { node(id: $id) { id } }`, { id: ref.id });
  expect(errors?.[0]?.type).toBe("NOT_FOUND");
});

test("several mutations in one document run in order, and a failing one does not undo the others", async () => {
  const { data, errors } = await scene.ask(
    `mutation($id: ID!, $label: ID!) {
      one: addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId }
      two: addLabelsToLabelable(input: { labelableId: $id, labelIds: ["LA_unknown"] }) { clientMutationId }
      three: convertPullRequestToDraft(input: { pullRequestId: $id, clientMutationId: "3" }) { clientMutationId }
    }`,
    { id: scene.pullRequest.nodeId, label: labelId("bug") },
  );
  expect(data).toEqual({ one: { clientMutationId: null }, two: null, three: { clientMutationId: "3" } });
  expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["two"] }]);
  expect(events.map(nameOf)).toEqual(["pull_request labeled", "pull_request converted_to_draft"]);
});

test("nothing is written to an archived repository", async () => {
  await scene.github.archive(scene.repository);
  const { errors } = await attempt(
    "closePullRequest",
    { pullRequestId: scene.pullRequest.nodeId },
    "pullRequest { id }",
  );
  expect(errors).toMatchObject([
    { type: "UNPROCESSABLE", message: "Repository was archived so is read-only." },
  ]);
});
