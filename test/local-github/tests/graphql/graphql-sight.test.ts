import { expect, test } from "../../../support/testing.ts";
import { setGraphQLScene } from "./graphql-scene.ts";
import { ALL_PERMISSIONS } from "../scene.ts";

const message = "Resource not accessible by integration";
const READER = { metadata: "read", contents: "read", pull_requests: "write" } as const;

test("an entry of a list that an installation may not read is null, with the path to it", async () => {
  await using scene = await setGraphQLScene();
  const { github, repository } = scene;
  await github.completeCheckRun(repository, "agent/1", { name: "unit", conclusion: "success" });
  await github.setStatus(repository, "agent/1", { context: "ci/deploy", state: "failure" });
  const query = `{ repository(owner: "acme", name: "widgets") { pullRequest(number: 1) { statusCheckRollup {
    contexts(first: 5) {
      totalCount pageInfo { hasNextPage }
      nodes { __typename ... on CheckRun { name } ... on StatusContext { context } }
      edges { node { __typename } }
    }
  } } } }`;
  const { statuses: _statuses, ...permissions } = ALL_PERMISSIONS;
  const { data, errors } = await scene.ask(query, {}, await scene.octokitWith(permissions));
  const at = ["repository", "pullRequest", "statusCheckRollup", "contexts"];
  expect(data?.["repository"]).toEqual({
    pullRequest: {
      statusCheckRollup: {
        contexts: {
          totalCount: 2,
          pageInfo: { hasNextPage: false },
          nodes: [{ __typename: "CheckRun", name: "unit" }, null],
          edges: [{ node: { __typename: "CheckRun" } }, { node: null }],
        },
      },
    },
  });
  expect(errors).toMatchObject([
    { type: "FORBIDDEN", path: [...at, "nodes", 1], message },
    { type: "FORBIDDEN", path: [...at, "edges", 1, "node"], message },
  ]);
});

test("a requested team is hidden from an installation that may not read members, and the people are shown", async () => {
  await using scene = await setGraphQLScene();
  const { github, acme, repository, pullRequest } = scene;
  github.createTeam(acme, "core");
  github.addCollaborator(repository, github.createUser("mona"), "write");
  const { octokit, at } = scene;
  await octokit.rest.pulls.requestReviewers({
    ...at,
    pull_number: 1,
    reviewers: ["mona"],
    team_reviewers: ["core"],
  });
  const query = `query($id: ID!) { node(id: $id) { ... on PullRequest { reviewRequests(first: 5) {
    nodes { requestedReviewer { ... on User { login } ... on Team { slug } } }
  } } } }`;
  const { data, errors } = await scene.ask(
    query,
    { id: pullRequest.nodeId },
    await scene.octokitWith(READER),
  );
  expect(data?.["node"]).toEqual({
    reviewRequests: { nodes: [{ requestedReviewer: { login: "mona" } }, { requestedReviewer: null }] },
  });
  expect(errors).toMatchObject([
    { type: "FORBIDDEN", path: ["node", "reviewRequests", "nodes", 1, "requestedReviewer"], message },
  ]);
});

test("a refused object that may not be null takes its parent with it", async () => {
  await using scene = await setGraphQLScene();
  const query = `{ repository(owner: "acme", name: "widgets") { pullRequest(number: 1) {
    title headRef { name } commits(first: 1) { nodes { commit { oid } } }
  } } }`;
  const { data, errors } = await scene.ask(query, {}, await scene.octokitWith({ pull_requests: "read" }));
  expect(data?.["repository"]?.["pullRequest"]).toEqual({
    title: "Better widgets",
    headRef: null,
    commits: { nodes: [null] },
  });
  // GraphQL reports them in the order in which they occur.
  const paths = new Set(errors?.map(({ path }) => path?.slice(2).join(".")));
  expect(paths).toEqual(new Set(["headRef", "commits.nodes.0.commit"]));
});

test.each([
  ["markPullRequestReadyForReview", "contents"],
  ["convertPullRequestToDraft", "contents"],
  ["markPullRequestReadyForReview", "pull_requests"],
] as const)("%s is refused with %s: read", async (mutation, permission) => {
  await using scene = await setGraphQLScene();
  const octokit = await scene.octokitWith({ ...ALL_PERMISSIONS, [permission]: "read" });
  const query = `mutation($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`;
  const refused = await scene.ask(query, { id: scene.pullRequest.nodeId }, octokit);
  expect(refused.data).toEqual({ [mutation]: null });
  expect(refused.errors).toMatchObject([{ type: "FORBIDDEN", path: [mutation], message }]);
});
