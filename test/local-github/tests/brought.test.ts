import { expect, test } from "@jest/globals";
import { refusal, type Scene, setScene } from "./scene.ts";

async function open({ github, repository }: Scene, branch: string, files: Record<string, string>) {
  const sha = await github.pushFiles(repository, { branch, files, message: branch });
  const { number } = await github.openPullRequest(repository, { title: branch, head: branch, base: "main" });
  return { sha, number };
}

test.each(["merge", "squash", "rebase"] as const)(
  "a commit knows the pull request that brought it by a %s, and a file the commit that changed it last",
  async (method) => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const before = (await github.branchSha(repository, "main")) ?? "";
    const first = await open(scene, "agent/1", { "src/widget.ts": "2\n" });
    await github.mergePullRequest(repository, first.number, { method });
    const second = await open(scene, "agent/2", { "b.txt": "b\n" });
    await github.mergePullRequest(repository, second.number, { method });

    const { data: history } = await octokit.rest.repos.listCommits({ ...at, path: "src/widget.ts" });
    const [last, initial] = history;
    expect(initial?.sha).toBe(before);
    const query = `query ($owner: String!, $repo: String!) {
      repository(owner: $owner, name: $repo) {
        object(expression: "main") {
          ... on Commit {
            history(first: 1, path: "src/widget.ts") {
              nodes { oid associatedPullRequests(first: 5) { nodes { number } } }
            }
          }
        }
      }
    }`;
    expect(await octokit.graphql(query, at)).toEqual({
      repository: {
        object: {
          history: {
            nodes: [{ oid: last?.sha, associatedPullRequests: { nodes: [{ number: first.number }] } }],
          },
        },
      },
    });
    const pulls = async (sha: string) => {
      const asked = { ...at, commit_sha: sha };
      const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit(asked);
      return data.map(({ number }) => number);
    };
    expect(await pulls(last?.sha ?? "")).toEqual([first.number]);
    expect(await pulls(before)).toEqual([]);
  },
);

test("a commit that is not on the default branch knows the open pull requests that would bring it", async () => {
  await using scene = await setScene();
  const { github, repository, octokit, at } = scene;
  const { sha, number } = await open(scene, "agent/1", { a: "a\n" });
  const asked = () => octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
  expect((await asked()).data.map((pull) => pull.number)).toEqual([number]);
  await github.closePullRequest(repository, number);
  expect((await asked()).data).toEqual([]);
  const unknown = octokit.rest.repos.listPullRequestsAssociatedWithCommit({
    ...at,
    commit_sha: "1".repeat(40),
  });
  expect(await refusal(unknown)).toMatchObject({ status: 422 });
});
