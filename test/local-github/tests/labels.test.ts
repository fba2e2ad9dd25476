import { describe, expect, test } from "../../support/testing.ts";
import { refusal, setScene, setPullRequestScene } from "./scene.ts";

describe("a label", () => {
  test.each([
    {
      name: "with a name that exists in another case",
      given: { name: "BUG" },
      error: { code: "already_exists", field: "name" },
    },
    {
      name: "with a name of 51 characters",
      given: { name: "x".repeat(51) },
      error: { code: "custom", field: "name", message: "name is too long (maximum is 50 characters)" },
    },
    {
      name: "with an invalid colour",
      given: { name: "x", color: "#ff0000" },
      error: { code: "invalid", field: "color" },
    },
    {
      name: "with a description of 101 characters",
      given: { name: "x", description: "x".repeat(101) },
      error: {
        code: "custom",
        field: "description",
        message: "description is too long (maximum is 100 characters)",
      },
    },
  ])("$name is refused", async ({ given, error }) => {
    await using scene = await setScene();
    const refused = await refusal(scene.octokit.rest.issues.createLabel({ ...scene.at, ...given }));
    expect(refused).toMatchObject({
      status: 422,
      body: { message: "Validation Failed", errors: [{ resource: "Label", ...error }] },
    });
  });

  test("is created, renamed wherever it is used, and deleted everywhere", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, github, repository } = scene;
    await octokit.rest.issues.createLabel({ ...at, name: "Size: S", color: "AABBCC", description: "Small" });
    await octokit.rest.issues.addLabels({ ...at, issue_number: 1, labels: ["size: s"] });
    const { data } = await octokit.rest.issues.updateLabel({ ...at, name: "size: s", new_name: "Size: M" });
    expect(data).toMatchObject({ name: "Size: M", color: "aabbcc", description: "Small" });
    const onIssue = async (): Promise<string[]> => {
      const { data: labels } = await octokit.rest.issues.listLabelsOnIssue({ ...at, issue_number: 1 });
      return labels.map(({ name }) => name);
    };
    expect(await onIssue()).toEqual(["Size: M"]);
    await octokit.rest.issues.deleteLabel({ ...at, name: "SIZE: M" });
    expect([await onIssue(), github.pullRequest(repository, 1).labels]).toEqual([[], []]);
    expect(await refusal(octokit.rest.issues.getLabel({ ...at, name: "Size: M" }))).toMatchObject({
      status: 404,
    });
  });
});

describe("labels on a pull request", () => {
  test("are added, set and removed, each change reported once, unknown ones created in grey", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, github } = scene;
    const changes: string[] = [];
    github.world.events.on((event) => {
      if (event.type === "pull_request" && (event.action === "labeled" || event.action === "unlabeled")) {
        changes.push(`${event.action} ${event.label.name} by ${event.sender.login}`);
      }
    });
    const names = ({ data }: { data: { name: string; color: string }[] }): string[] =>
      data.map((label) => `${label.name} ${label.color}`);
    const on = { ...at, issue_number: 1 };
    expect(names(await octokit.rest.issues.addLabels({ ...on, labels: ["bug", "Brand new"] }))).toEqual([
      "bug d73a4a",
      "Brand new ededed",
    ]);
    await octokit.rest.issues.addLabels({ ...on, labels: ["BUG"] });
    expect(names(await octokit.rest.issues.setLabels({ ...on, labels: ["question", "bug"] }))).toEqual([
      "bug d73a4a",
      "question d876e3",
    ]);
    await octokit.rest.issues.removeLabel({ ...on, name: "Bug" });
    expect(changes).toEqual([
      "labeled bug by orb[bot]",
      "labeled Brand new by orb[bot]",
      "unlabeled Brand new by orb[bot]",
      "labeled question by orb[bot]",
      "unlabeled bug by orb[bot]",
    ]);
    expect(await refusal(octokit.rest.issues.removeLabel({ ...on, name: "bug" }))).toMatchObject({
      status: 404,
      body: { message: "Label does not exist" },
    });
  });

  test("are at most a hundred", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, github, repository } = scene;
    const many = Array.from({ length: 100 }, (_each, index) => `label ${index}`);
    await octokit.rest.issues.addLabels({ ...at, issue_number: 1, labels: many });
    const call = octokit.rest.issues.addLabels({ ...at, issue_number: 1, labels: ["one more"] });
    expect(await refusal(call)).toMatchObject({ status: 422 });
    expect(github.pullRequest(repository, 1).labels).toHaveLength(100);
  });
});

describe("comments", () => {
  test("are written, edited, deleted and reacted to, and name their App", async () => {
    await using scene = await setPullRequestScene();
    const { octokit, at, app, github, repository } = scene;
    const { data: comment } = await octokit.rest.issues.createComment({
      ...at,
      issue_number: 1,
      body: "First",
    });
    expect(comment).toMatchObject({
      body: "First",
      user: { login: "orb[bot]" },
      performed_via_github_app: { id: app.id },
    });
    const on = { ...at, comment_id: comment.id };
    expect((await octokit.rest.issues.updateComment({ ...on, body: "Second" })).data.body).toBe("Second");
    const first = await octokit.rest.reactions.createForIssueComment({ ...on, content: "eyes" });
    const again = await octokit.rest.reactions.createForIssueComment({ ...on, content: "eyes" });
    expect([first.status, again.status, again.data.id]).toEqual([201, 200, first.data.id]);
    expect((await octokit.rest.issues.getComment(on)).data.reactions).toMatchObject({
      total_count: 1,
      eyes: 1,
    });
    await octokit.rest.issues.deleteComment(on);
    expect(await refusal(octokit.rest.issues.getComment(on))).toMatchObject({ status: 404 });
    await github.comment(repository, 1, "/orb help");
    const { data } = await octokit.rest.issues.listComments({ ...at, issue_number: 1 });
    expect(data.map(({ body, performed_via_github_app: via }) => [body, via])).toEqual([["/orb help", null]]);
  });

  test("are refused when empty or too long", async () => {
    await using scene = await setPullRequestScene();
    const write = (body: string): Promise<unknown> =>
      scene.octokit.rest.issues.createComment({ ...scene.at, issue_number: 1, body });
    expect(await refusal(write(" "))).toMatchObject({ status: 422 });
    expect(await refusal(write("x".repeat(65_537)))).toMatchObject({
      status: 422,
      body: {
        errors: [{ resource: "IssueComment", message: "body is too long (maximum is 65536 characters)" }],
      },
    });
  });
});

test("issues and pull requests share numbers, and an issue can be edited and closed", async () => {
  await using scene = await setPullRequestScene();
  const { octokit, at } = scene;
  const { data: issue } = await octokit.rest.issues.create({
    ...at,
    title: "Broken",
    body: "Very",
    labels: ["bug"],
  });
  expect(issue.number).toBe(2);
  const { data } = await octokit.rest.issues.update({
    ...at,
    issue_number: 2,
    state: "closed",
    title: "Fixed",
  });
  expect(data).toMatchObject({ state: "closed", title: "Fixed", closed_at: expect.any(String) });
  const { data: all } = await octokit.rest.issues.listForRepo({ ...at, state: "all" });
  expect(all.map(({ number, pull_request: pull }) => [number, pull !== undefined])).toEqual([
    [2, false],
    [1, true],
  ]);
});
