import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { ADD_X, type Scene, cloneWith, readWith, refusal, setBranchScene } from "./scene.ts";
import { WebhookScene } from "./webhooks/webhook-scene.ts";

describe("faults of requests", () => {
  const CREATE = "POST /repos/{owner}/{repo}/pulls";

  function create({ octokit, at }: Scene): Promise<{ status: number }> {
    return octokit.rest.pulls.create({ ...at, ...ADD_X });
  }

  describe("a fault", () => {
    test("before the effect leaves no trace, after it the effect remains", async () => {
      await using scene = await setBranchScene();
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
      await using scene = await setBranchScene();
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

    test("hits only its route, lets some requests pass first, and is used up", async () => {
      await using scene = await setBranchScene();
      const { github, octokit, at } = scene;
      const placed = github.faults.add({
        route: "GET /repos/{owner}/{repo}/branches/{branch}",
        skip: 1,
        times: 2,
        fault: { kind: "unauthorized" },
      });
      // Octokit retries a 401 by itself.
      const token = github.userToken(github.octocat);
      const read = async (): Promise<number> =>
        (await readWith(github, token, "/repos/acme/widgets/branches/main")).status;
      await octokit.rest.repos.get(at);
      expect([await read(), await read(), await read(), await read()]).toEqual([200, 401, 401, 200]);
      expect(placed.hits).toBe(2);
    });

    test("of a method or of everything can be removed", async () => {
      await using scene = await setBranchScene();
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

    test("that is a rate limit looks like GitHub's own", async () => {
      await using scene = await setBranchScene();
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

    test("may answer anything, be slow, or hold a request until the test releases it", async () => {
      await using scene = await setBranchScene();
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

    test("can lose the answer to a successful push", async () => {
      await using scene = await setBranchScene();
      const { github, repository } = scene;
      await using clone = await cloneWith(github, github.userToken(github.octocat));
      const route = "POST /{owner}/{repo}.git/git-receive-pack";
      github.faults.add({ route, fault: { kind: "lost-answer", when: "after" } });
      await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/y")).rejects.toThrow(
        /fatal|error/,
      );
      expect(await github.branchSha(repository, "y")).toBe(await github.branchSha(repository, "main"));
      github.faults.add({ route, fault: { kind: "error", status: 503, when: "before" } });
      await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/z")).rejects.toThrow(/503/);
      expect(await github.branchSha(repository, "z")).toBeNull();
    });
  });
});

describe("faults of webhooks", () => {
  let scene: WebhookScene;

  beforeEach(async () => {
    scene = await WebhookScene.start();
  });

  afterEach(() => scene.close());

  describe("a fault", () => {
    test("signs with another secret", async () => {
      scene.webhooks.faults.add({ fault: { kind: "wrong-signature" } });
      await scene.raise("one", "two");
      await scene.webhooks.drain();
      expect(scene.received.filter((delivery) => scene.isSigned(delivery))).toHaveLength(1);
      expect(scene.received).toHaveLength(2);
    });

    test("sends twice with one GUID", async () => {
      scene.webhooks.faults.add({ event: "issues", fault: { kind: "duplicate" } });
      await scene.raise("one");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["one", "one"]);
      expect(scene.guids.size).toBe(1);
    });

    test("changes the order of two deliveries", async () => {
      scene.webhooks.faults.add({ fault: { kind: "reorder" } });
      await scene.raise("first", "second");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["second", "first"]);
    });

    test("that waits for a successor delivers even if none comes", async () => {
      scene.webhooks.faults.add({ fault: { kind: "reorder" } });
      await scene.raise("only");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["only"]);
    });

    test("delays a delivery, and drain() waits for it", async () => {
      scene.webhooks.faults.add({ fault: { kind: "delay", delayMs: 30 } });
      await scene.raise("late", "prompt");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["prompt", "late"]);
    });

    test("loses a delivery without a trace in the log", async () => {
      scene.webhooks.faults.add({ fault: { kind: "lose" } });
      const before = scene.logged.length;
      await scene.raise("lost");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual([]);
      expect(scene.logged).toHaveLength(before);
    });

    test("captures a delivery, which the test can send repeatedly and under another GUID", async () => {
      scene.webhooks.faults.add({ fault: { kind: "hold" }, times: 2 });
      await scene.raise("first", "second");
      const [first, second] = scene.webhooks.takeHeld();
      if (!first || !second) throw new Error("Two were to be held");
      scene.webhooks.post(second);
      await scene.webhooks.drain();
      scene.webhooks.post(first);
      scene.webhooks.post({ ...first, guid: "another" });
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["second", "first", "first"]);
      expect(scene.guids.size).toBe(3);
      expect(scene.webhooks.heldCount).toBe(0);
    });

    test("fails to connect, and the log says so", async () => {
      scene.webhooks.faults.add({ fault: { kind: "unreachable" } });
      await scene.raise("unsent");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual([]);
      expect(scene.logged[0]).toMatchObject({ status: "failed to connect to host", status_code: 502 });
    });

    test("holds deliveries until they are released, in the requested order", async () => {
      scene.webhooks.faults.add({ times: 3, fault: { kind: "hold" } });
      await scene.raise("one", "two", "three", "four");
      await scene.webhooks.drain();
      expect(scene.titles).toEqual(["four"]);
      expect(scene.webhooks.heldCount).toBe(3);
      scene.webhooks.release("reversed");
      await scene.webhooks.drain();
      expect(scene.titles.slice(1).sort()).toEqual(["one", "three", "two"]);
    });

    test("hits the named events, after those to skip, a given number of times", async () => {
      scene.webhooks.faults.add({ event: "push", fault: { kind: "lose" } });
      scene.webhooks.faults.add({
        event: "issues",
        action: "opened",
        skip: 1,
        times: 2,
        fault: { kind: "lose" },
      });
      await scene.raise("one", "two", "three", "four");
      await scene.webhooks.drain();
      expect(scene.titles.sort()).toEqual(["four", "one"]);
    });
  });
});
