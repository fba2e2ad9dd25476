import { describe, expect, test } from "@jest/globals";
import { cloneWith, readWith, refusal, setScene, type Scene } from "./scene.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";

async function withBranch(): Promise<Scene> {
  const scene = await setScene();
  await scene.github.pushFiles(scene.repository, { branch: "agent/x", files: { x: "x\n" }, message: "X" });
  return scene;
}

function create({ octokit, at }: Scene): Promise<{ status: number }> {
  return octokit.rest.pulls.create({ ...at, head: "agent/x", base: "main", title: "X" });
}

describe("a fault", () => {
  test("before the effect leaves no trace, after it the deed is done", async () => {
    await using scene = await withBranch();
    const { github, repository } = scene;
    github.faults.add({ route: CREATE, fault: { kind: "error", status: 502, when: "before" } });
    expect(await refusal(create(scene))).toMatchObject({ status: 502, body: { message: "Server Error" } });
    expect(repository.pullRequests.size).toBe(0);
    github.faults.add({ route: CREATE, fault: { kind: "error", status: 500, when: "after" } });
    expect(await refusal(create(scene))).toMatchObject({ status: 500 });
    expect(repository.pullRequests.size).toBe(1);
    const message = "A pull request already exists for acme:agent/x.";
    expect(await refusal(create(scene))).toMatchObject({ status: 422, body: { errors: [{ message }] } });
  });

  test("that loses the answer cuts the connection, before or after the effect", async () => {
    await using scene = await withBranch();
    const { github, repository } = scene;
    github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "before" } });
    await expect(create(scene)).rejects.toMatchObject({ status: 500, cause: expect.anything() });
    expect(repository.pullRequests.size).toBe(0);
    github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "after" } });
    await expect(create(scene)).rejects.toMatchObject({ status: 500, cause: expect.anything() });
    expect(repository.pullRequests.size).toBe(1);
    expect(
      github.requests
        .all()
        .filter(({ method }) => method === "POST")
        .map(({ status }) => status),
    ).toEqual([201, 0, 0]);
  });

  test("strikes only its route, lets some pass first, and is used up", async () => {
    await using scene = await withBranch();
    const { github, octokit, at } = scene;
    const placed = github.faults.add({
      route: "GET /repos/{owner}/{repo}/branches/{branch}",
      skip: 1,
      times: 2,
      fault: { kind: "unauthorized" },
    });
    // Octokit tries 401 again by itself.
    const token = github.userToken(github.octocat);
    const read = async (): Promise<number> =>
      (await readWith(github, token, "/repos/acme/widgets/branches/main")).status;
    await octokit.rest.repos.get(at);
    expect([await read(), await read(), await read(), await read()]).toEqual([200, 401, 401, 200]);
    expect(placed.hits).toBe(2);
  });

  test("of a method or of everything can be taken back", async () => {
    await using scene = await withBranch();
    const { github, octokit, at } = scene;
    await octokit.rest.repos.get(at);
    const down = github.faults.add({
      times: Infinity,
      fault: { kind: "error", status: 503, when: "before" },
    });
    const writes = github.faults.add({ method: "POST", fault: { kind: "unauthorized" } });
    expect(await refusal(octokit.rest.repos.get(at))).toMatchObject({ status: 503 });
    expect(await refusal(create(scene))).toMatchObject({ status: 503 });
    down.remove();
    await expect(octokit.rest.repos.get(at)).resolves.toMatchObject({ status: 200 });
    expect(writes.hits).toBe(0);
    github.faults.clear();
    await expect(create(scene)).resolves.toMatchObject({ status: 201 });
  });

  test("of the limits looks like GitHub's own", async () => {
    await using scene = await withBranch();
    const { github } = scene;
    github.faults.add({ route: CREATE, fault: { kind: "secondary-limit", retryAfterS: 30 } });
    expect(await refusal(create(scene))).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("You have exceeded a secondary rate limit") },
      headers: { "retry-after": "30" },
    });
    github.faults.add({ route: CREATE, fault: { kind: "primary-limit", resetInS: 60, status: 429 } });
    const primary = await refusal(create(scene));
    expect(primary).toMatchObject({ status: 429, headers: { "x-ratelimit-remaining": "0" } });
    const inS = Number(primary.headers["x-ratelimit-reset"]) - Date.now() / 1_000;
    expect(inS).toBeGreaterThan(50);
    expect(inS).toBeLessThanOrEqual(61);
  });

  test("may answer anything, be slow, or hold a request until the test lets go", async () => {
    await using scene = await withBranch();
    const { github, octokit, at, repository } = scene;
    const json = { message: "Repository access blocked" };
    github.faults.add({ route: CREATE, fault: { kind: "answer", status: 451, json } });
    expect(await refusal(create(scene))).toMatchObject({ status: 451, body: json });
    github.faults.add({ route: "GET /repos/{owner}/{repo}", fault: { kind: "slow", delayMs: 60 } });
    await octokit.rest.repos.get(at);
    expect(github.requests.all().at(-1)?.durationMs).toBeGreaterThanOrEqual(59);
    const gate = Promise.withResolvers<void>();
    github.faults.add({ route: CREATE, fault: { kind: "held", until: gate.promise } });
    const held = create(scene);
    await octokit.rest.repos.get(at);
    expect(repository.pullRequests.size).toBe(0);
    gate.resolve();
    await expect(held).resolves.toMatchObject({ status: 201 });
  });

  test("can lose the answer to a push that went through", async () => {
    await using scene = await withBranch();
    const { github, repository } = scene;
    await using clone = await cloneWith(github, github.userToken(github.octocat));
    const route = "POST /{owner}/{repo}.git/git-receive-pack";
    github.faults.add({ route, fault: { kind: "lost-answer", when: "after" } });
    await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/y")).rejects.toThrow(/fatal|error/);
    expect(await github.branchSha(repository, "y")).toBe(await github.branchSha(repository, "main"));
    github.faults.add({ route, fault: { kind: "error", status: 503, when: "before" } });
    await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/z")).rejects.toThrow(/503/);
    expect(await github.branchSha(repository, "z")).toBeNull();
  });
});
