import { expect, test } from "../../../support/testing.ts";
import { setGraphQLScene } from "./graphql-scene.ts";
import { ALL_PERMISSIONS } from "../scene.ts";

test("a repository shows itself, its branches, files and labels", async () => {
  await using scene = await setGraphQLScene();
  const { github, repository } = scene;
  await github.protect(repository, "main", { requiredApprovals: 1, requiredChecks: ["ci"] });
  const answer = await scene.ask(
    `query($owner: String!, $name: String!) {
      repository(owner: $owner, name: $name) {
        id databaseId nameWithOwner isArchived isPrivate viewerPermission
        owner { __typename login }
        defaultBranchRef { name prefix target { oid ... on Commit { messageHeadline } } }
        ref(qualifiedName: "refs/heads/main") {
          refUpdateRule { requiredApprovingReviewCount requiredStatusCheckContexts viewerCanPush }
        }
        missing: ref(qualifiedName: "nowhere") { id }
        file: object(expression: "main:src/widget.ts") { ... on Blob { text byteSize isBinary } }
        folder: object(expression: "main:src") { ... on Tree { entries { name type } } }
        nothing: object(expression: "main:nothing") { oid }
        labels(first: 1, query: "bug") { totalCount nodes { name color } }
      }
    }`,
    { owner: "acme", name: "widgets" },
  );
  const main = await github.branchSha(repository, "main");
  expect(answer).toEqual({
    data: {
      repository: {
        id: repository.nodeId,
        databaseId: repository.id,
        nameWithOwner: "acme/widgets",
        isArchived: false,
        isPrivate: false,
        viewerPermission: null,
        owner: { __typename: "Organization", login: "acme" },
        defaultBranchRef: {
          name: "main",
          prefix: "refs/heads/",
          target: { oid: main, messageHeadline: "Initial commit" },
        },
        ref: {
          refUpdateRule: {
            requiredApprovingReviewCount: 1,
            requiredStatusCheckContexts: ["ci"],
            viewerCanPush: true,
          },
        },
        missing: null,
        file: { text: "export const widget = 1;\n", byteSize: 25, isBinary: false },
        folder: { entries: [{ name: "widget.ts", type: "blob" }] },
        nothing: null,
        labels: { totalCount: 1, nodes: [{ name: "bug", color: "d73a4a" }] },
      },
    },
  });
});

test("a pull request shows what it changes, what it closes and what CI and people say", async () => {
  await using scene = await setGraphQLScene();
  const { github, repository, pullRequest } = scene;
  const alice = github.createUser("alice");
  github.addCollaborator(repository, alice, "write");
  await github.review(repository, pullRequest.number, { by: alice, event: "REQUEST_CHANGES", body: "No." });
  await github.setStatus(repository, pullRequest.headSha, { state: "success", context: "ci" });
  await github.completeCheckRun(repository, pullRequest.headSha, {
    name: "lint",
    conclusion: "failure",
  });
  await github.protect(repository, "main", { requiredApprovals: 1, requiredChecks: ["ci"] });
  const { data } = await scene.ask(
    `query($id: ID!, $number: Int!) {
      node(id: $id) { ... on PullRequest {
        number url state isDraft merged mergedAt mergeable mergeStateStatus headRefName headRefOid baseRefName
        changedFiles additions deletions reviewDecision author { __typename login }
        closingIssuesReferences(first: 5) { nodes { number title } }
        files(first: 5) { nodes { path additions deletions changeType } }
        reviews(last: 1) { nodes { state author { login } body } }
        commits(last: 1) { totalCount nodes { commit { messageBody statusCheckRollup { state
          contexts(first: 10) { checkRunCount nodes {
            ... on CheckRun { name conclusion isRequired(pullRequestNumber: $number) }
            ... on StatusContext { context state isRequired(pullRequestNumber: $number) }
          } }
        } } } }
      } }
    }`,
    { id: pullRequest.nodeId, number: pullRequest.number },
  );
  expect(data?.["node"]).toMatchObject({
    number: pullRequest.number,
    url: `${github.url}/acme/widgets/pull/${pullRequest.number}`,
    state: "OPEN",
    merged: false,
    mergeable: "MERGEABLE",
    mergeStateStatus: "BLOCKED",
    headRefOid: pullRequest.headSha,
    changedFiles: 2,
    additions: 2,
    deletions: 1,
    reviewDecision: "CHANGES_REQUESTED",
    author: { __typename: "User", login: "octocat" },
    closingIssuesReferences: { nodes: [{ number: 2, title: "Widgets are bad" }] },
    files: {
      nodes: [
        { path: "a.txt", additions: 1, deletions: 0, changeType: "ADDED" },
        { path: "src/widget.ts", additions: 1, deletions: 1, changeType: "MODIFIED" },
      ],
    },
    reviews: { nodes: [{ state: "CHANGES_REQUESTED", author: { login: "alice" }, body: "No." }] },
    commits: {
      totalCount: 1,
      nodes: [
        {
          commit: {
            messageBody: "Much better.",
            statusCheckRollup: {
              state: "FAILURE",
              contexts: {
                checkRunCount: 1,
                nodes: [
                  { name: "lint", conclusion: "FAILURE", isRequired: false },
                  { context: "ci", state: "SUCCESS", isRequired: true },
                ],
              },
            },
          },
        },
      ],
    },
  });
});

test("mergeability is unknown at first, once for each document, for any number of fields", async () => {
  await using scene = await setGraphQLScene({ mergeableNullReads: 1 });
  const query = `query($id: ID!) { node(id: $id) { ... on PullRequest { mergeable mergeStateStatus } } }`;
  const ask = async (): Promise<unknown> =>
    (await scene.ask(query, { id: scene.pullRequest.nodeId })).data?.["node"];
  expect(await ask()).toEqual({ mergeable: "UNKNOWN", mergeStateStatus: "UNKNOWN" });
  expect(await ask()).toEqual({ mergeable: "MERGEABLE", mergeStateStatus: "CLEAN" });
});

test("pull requests are found by branch and state", async () => {
  await using scene = await setGraphQLScene();
  const query = `query($states: [PullRequestState!], $head: String) { repository(owner: "acme", name: "widgets") {
    pullRequests(first: 10, states: $states, headRefName: $head, baseRefName: "main") { nodes { number } }
  } }`;
  const numbers = async (variables: Record<string, unknown>): Promise<unknown> =>
    (await scene.ask(query, variables)).data?.["repository"]?.["pullRequests"];
  const found = { nodes: [{ number: scene.pullRequest.number }] };
  expect(await numbers({ states: ["OPEN"], head: "agent/1" })).toEqual(found);
  expect(await numbers({ states: null, head: null })).toEqual(found);
  expect(await numbers({ states: ["CLOSED", "MERGED"], head: "agent/1" })).toEqual({ nodes: [] });
  expect(await numbers({ states: ["OPEN"], head: "agent/2" })).toEqual({ nodes: [] });
});

test("lists are read forwards and backwards by cursor, and need a bound", async () => {
  await using scene = await setGraphQLScene();
  const query = `query($first: Int, $after: String, $last: Int, $before: String) {
    repository(owner: "acme", name: "widgets") {
      labels(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
      }
    }
  }`;
  interface Page {
    totalCount: number;
    nodes: { name: string }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string };
  }
  const page = async (variables: Record<string, unknown>): Promise<Page> =>
    (await scene.ask(query, variables)).data?.["repository"]?.["labels"] as Page;
  const forwards: string[] = [];
  let after: string | null = null;
  let more = true;
  while (more) {
    const { nodes, pageInfo }: Page = await page({ first: 4, after });
    forwards.push(...nodes.map(({ name }) => name));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(forwards).toEqual([...scene.repository.labels.values()].map(({ name }) => name));
  const last = await page({ last: 2 });
  expect(last.nodes.map(({ name }) => name)).toEqual(forwards.slice(-2));
  const before = await page({ last: 2, before: last.pageInfo.startCursor });
  expect(before.nodes.map(({ name }) => name)).toEqual(forwards.slice(-4, -2));
  expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });

  const types = async (variables: Record<string, unknown>): Promise<unknown> =>
    (await scene.ask(query, variables)).errors?.map(({ type }) => type);
  expect(await types({})).toEqual(["MISSING_PAGINATION_BOUNDARIES"]);
  expect(await types({ first: 101 })).toEqual(["EXCESSIVE_PAGINATION"]);
  expect(await types({ first: 1, after: "x" })).toEqual(["INVALID_CURSOR_ARGUMENTS"]);
});

test("a missing object is refused in GitHub's words, with status 200", async () => {
  await using scene = await setGraphQLScene();
  const { data, errors } = await scene.ask(`{ node(id: "PR_x") { id } viewer { login } }`);
  expect(data).toEqual({ node: null, viewer: { login: "orb[bot]" } });
  expect(errors).toEqual([
    {
      type: "NOT_FOUND",
      path: ["node"],
      locations: [{ line: 1, column: 3 }],
      message: "Could not resolve to a node with the global id of 'PR_x'",
    },
  ]);
  const hidden = await scene.ask(`{ repository(owner: "acme", name: "secret") { id } }`);
  expect(hidden.errors?.[0]?.message).toBe("Could not resolve to a Repository with the name 'acme/secret'.");
});

test("a token reads and writes only what it was granted", async () => {
  await using scene = await setGraphQLScene();
  const { pullRequest } = scene;
  const { pull_requests: _, issues: __, ...few } = ALL_PERMISSIONS;
  const narrow = await scene.octokitWith(few);
  const read = `query($id: ID!) { node(id: $id) { id } }`;
  const write = `mutation($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { pullRequest { id } } }`;
  for (const query of [read, write]) {
    const { errors } = await scene.ask(query, { id: pullRequest.nodeId }, narrow);
    expect(errors).toMatchObject([
      {
        type: "FORBIDDEN",
        message: "Resource not accessible by integration",
        extensions: { saml_failure: false },
      },
    ]);
  }
  expect(pullRequest.state).toBe("open");
});

test("an organization's teams are shown to installations that may read members, and only there", async () => {
  await using scene = await setGraphQLScene();
  const { github, acme } = scene;
  const team = github.createTeam(acme, "core");
  const query = `query($slug: String!) { organization(login: "acme") { login team(slug: $slug) { id slug } } }`;
  const hidden = await scene.ask(query, { slug: "core" });
  expect(hidden.data?.["organization"]).toEqual({ login: "acme", team: null });
  expect(hidden.errors).toMatchObject([
    { type: "FORBIDDEN", path: ["organization", "team"], message: "Resource not accessible by integration" },
  ]);
  const allowed = await scene.octokitWith({ members: "read" });
  const shown = await scene.ask(query, { slug: "core" }, allowed);
  expect(shown).toEqual({
    data: { organization: { login: "acme", team: { id: team.nodeId, slug: "core" } } },
  });
  expect((await scene.ask(query, { slug: "gone" }, allowed)).data?.["organization"]?.["team"]).toBeNull();
  const nobody = await scene.ask(`{ organization(login: "octocat") { id } }`);
  expect(nobody.errors).toMatchObject([
    {
      type: "NOT_FOUND",
      message: "Could not resolve to an Organization with the login of 'octocat'.",
    },
  ]);
});

test("a request without a token is asked to sign in, and the rate limit counts documents", async () => {
  await using scene = await setGraphQLScene();
  const anonymous = await fetch(`${scene.github.apiUrl}/graphql`, {
    method: "POST",
    headers: { "user-agent": "test" },
    body: JSON.stringify({ query: "{ viewer { login } }" }),
  });
  expect(anonymous.status).toBe(401);
  const limit = async (): Promise<number> => {
    const { data } = await scene.ask("{ rateLimit { remaining } }");
    return Number(data?.["rateLimit"]?.["remaining"]);
  };
  const before = await limit();
  expect(await limit()).toBe(before - 1);
});

test("a query that GitHub's schema rejects is refused, and is a violation", async () => {
  await using scene = await setGraphQLScene({ mayViolate: true });
  const unknown = await scene.ask(`{ repository(owner: "acme", name: "widgets") { pulls { id } } }`);
  expect(unknown.data).toBeUndefined();
  expect(unknown.errors?.[0]?.message).toContain('Cannot query field "pulls" on type "Repository"');
  const unfit = await scene.ask(`query($id: ID!) { node(id: $id) { id } }`, {});
  expect(unfit.errors?.[0]?.message).toContain('Variable "$id" of required type "ID!" was not provided');
  expect((await scene.ask("{ repository(")).errors?.[0]?.message).toContain("Syntax Error");
  expect(scene.github.violations).toHaveLength(3);
});

test("an unsupported field is an error instead of null", async () => {
  await using scene = await setGraphQLScene({ mayViolate: true });
  const { errors } = await scene.ask(`{ repository(owner: "acme", name: "widgets") { stargazerCount } }`);
  expect(errors?.[0]?.message).toBe("The local GitHub does not support Repository.stargazerCount.");
  expect(scene.github.violations).toHaveLength(1);
});

test("octokit.graphql reads the answers like GitHub's", async () => {
  await using scene = await setGraphQLScene();
  expect(await scene.octokit.graphql("{ viewer { login } }")).toEqual({ viewer: { login: "orb[bot]" } });
  const refused = await scene.octokit.graphql(`{ node(id: "PR_x") { id } }`).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "GraphqlResponseError", errors: [{ type: "NOT_FOUND" }] });
});
