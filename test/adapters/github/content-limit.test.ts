import { expect, test } from "../../support/testing.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const DELETE_REF = "DELETE /repos/{owner}/{repo}/git/refs/{ref}";
const MINUTE_MS = 60_000;
const TOO_QUICKLY = "was submitted too quickly";

test.each([
  {
    how: "REST",
    route: DELETE_REF,
    status: 422,
    json: {
      message: "Validation Failed",
      errors: [TOO_QUICKLY],
      documentation_url: "https://docs.github.com",
    },
  },
  {
    how: "GraphQL",
    route: "POST /graphql",
    status: 200,
    json: { data: { mark: null }, errors: [{ type: "UNPROCESSABLE", path: ["mark"], message: TOO_QUICKLY }] },
  },
])(
  "if GitHub refuses one write because too much was created, all wait, longer each time: $how",
  async (limit) => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, wait, routesOf } = scene;
    const files = { "1.txt": "x\n" };
    await github.pushFiles(repository, { branch: "agent/1", files, message: "One" });
    const opened = await github.openPullRequest(repository, { title: "One", head: "agent/1", base: "main" });
    const { nodeId } = github.pullRequest(repository, opened.number);
    const write =
      limit.how === "REST" ? () => remote.deleteBranch("agent/1") : () => remote.convertToDraft(nodeId);
    const { route, status, json } = limit;
    github.faults.add({ route, times: 2, fault: { kind: "answer", status, json } });

    for (const minutes of [5, 10]) {
      expect((await refusalOf(write())).code).toBe("rate_limited");
      const sent = await routesOf(async () => {
        const { code, retryAt } = await refusalOf(remote.convertToDraft(nodeId));
        expect(code).toBe("rate_limited");
        const pauseMs = (retryAt?.getTime() ?? 0) - scene.now().getTime();
        expect(Math.round(pauseMs / MINUTE_MS)).toBe(minutes);
      });
      expect(sent).toEqual([]);
      // Reads go on.
      expect(await remote.hasBranch("agent/1")).toBe(true);
      wait(minutes * MINUTE_MS);
    }
    expect(await remote.convertToDraft(nodeId)).toEqual({ draft: true });
    github.assertNoViolations();
  },
);
