import { describe, expect, test } from "../../support/testing.ts";
import { cutPermissions } from "../auth/cut-permissions.ts";
import { MUTATIONS, OBJECTS } from "../auth/graphql-permissions.ts";
import { permissionsFor } from "../auth/rest-permissions.ts";
import { mutationFields } from "../graphql/mutations/root.ts";
import { RateLimits } from "../http/rate-limits.ts";
import { restRoutes } from "../rest/routes.ts";
import { refusal, setScene } from "./scene.ts";

describe("GitHub's table for REST", () => {
  const listed = (verb: string, requestPath: string, access: "read" | "write", more = {}) => ({
    verb,
    requestPath,
    access,
    "server-to-server": true,
    ...more,
  });

  test("is reduced to alternatives, each of which is enough", () => {
    const document = {
      contents: { permissions: [listed("post", "/refs", "write"), listed("post", "/refs", "write")] },
      issues: { permissions: [listed("get", "/labels", "read"), listed("delete", "/labels", "write")] },
      pull_requests: { permissions: [listed("get", "/labels", "read")] },
      workflows: { permissions: [listed("post", "/refs", "write")] },
    };
    expect(cutPermissions(document, ["POST /refs", "GET /labels"])).toEqual({
      "GET /labels": [{ issues: "read" }, { pull_requests: "read" }],
      "POST /refs": [{ contents: "write" }],
    });
  });

  test("refuses a route that is unknown, or for people only unless it is asked for as one of these", () => {
    const document = {
      metadata: { permissions: [listed("get", "/user/repos", "read", { "server-to-server": false })] },
    };
    expect(() => cutPermissions(document, ["GET /user/repos"])).toThrow("has no GET /user/repos");
    expect(cutPermissions(document, ["GET /user/repos"], ["GET /user/repos"])).toEqual({
      "GET /user/repos": [{ metadata: "read" }],
    });
    expect(() => cutPermissions(document, ["GET /nothing"])).toThrow("has no GET /nothing");
  });

  test("has every route of a repository that the local GitHub serves", () => {
    const routes = restRoutes(new RateLimits(() => new Date()));
    const inRepositories = routes.filter(({ access }) => access === "repository");
    const demands = inRepositories.map(({ method, template }) => permissionsFor(method, template));
    expect(demands.length).toBeGreaterThan(60);
    expect(demands.filter(({ length }) => length === 0)).toEqual([]);
  });
});

test("every demand in GraphQL has a source", () => {
  const sources: readonly (readonly string[])[] = [
    ...Object.values(OBJECTS),
    ...Object.values(MUTATIONS),
  ].map((each) => each.sources);
  expect(sources.filter(({ length }) => length === 0)).toEqual([]);
  for (const source of sources.flat()) expect(source).toMatch(/^https:\/\/(docs\.)?github\.com\//);
});

test("every mutation that the local GitHub serves is in the table", async () => {
  await using scene = await setScene();
  const { world, rateLimits } = scene.github;
  const context = { world, rateLimits, caller: { kind: "anonymous" }, observed: new Map() } as const;
  const played = Object.keys(mutationFields(context as never)).filter((name) => name !== "__typename");
  expect(played.toSorted()).toEqual(Object.keys(MUTATIONS).toSorted());
});

describe("an installation that may write to pull requests and not to issues", () => {
  const FEW = { contents: "read", pull_requests: "write" } as const;

  test("may comment, but neither react nor add a label", async () => {
    await using scene = await setScene();
    const { github, repository, at } = scene;
    await github.pushFiles(repository, { branch: "x", files: { x: "x" }, message: "x" });
    const { nodeId } = await github.openPullRequest(repository, { title: "X", head: "x", base: "main" });
    const octokit = await scene.octokitWith(FEW);
    const { data } = await octokit.rest.issues.createComment({ ...at, issue_number: 1, body: "Hello" });
    const reaction = { ...at, comment_id: data.id, content: "eyes" } as const;
    expect((await refusal(octokit.rest.reactions.createForIssueComment(reaction))).headers).toMatchObject({
      "x-accepted-github-permissions": "issues=write",
    });
    const label = octokit.graphql(
      "mutation ($id: ID!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: [] }) { clientMutationId } }",
      { id: nodeId },
    );
    await expect(label).rejects.toThrow("Resource not accessible by integration");
  });

  test("may render Markdown only if it may read contents", async () => {
    await using scene = await setScene();
    const render = { text: "*x*" };
    await expect((await scene.octokitWith(FEW)).rest.markdown.render(render)).resolves.toMatchObject({
      status: 200,
    });
    const blind = await scene.octokitWith({ pull_requests: "write" });
    expect(await refusal(blind.rest.markdown.render(render))).toMatchObject({ status: 403 });
  });
});
