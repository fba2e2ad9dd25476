import { get } from "node:http";
import { describe, expect, test } from "../../support/testing.ts";
import { issueInstallationToken } from "../auth/installation-tokens.ts";
import { octokitFor, readWith, refusal, setScene } from "./scene.ts";

describe("a conditional request", () => {
  test("is answered with 304 at no cost until something changes", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const first = await octokit.rest.issues.listLabelsForRepo(at);
    const headers = { "if-none-match": first.headers.etag ?? "" };
    const again = await refusal(octokit.rest.issues.listLabelsForRepo({ ...at, headers }));
    expect(again).toMatchObject({
      status: 304,
      headers: { "x-ratelimit-used": first.headers["x-ratelimit-used"] },
    });
    repository.labels.delete("bug");
    const changed = await octokit.rest.issues.listLabelsForRepo({ ...at, headers });
    expect(changed.headers["x-ratelimit-used"]).toBe(String(Number(first.headers["x-ratelimit-used"]) + 1));
    expect(github.requests.all().map(({ status }) => status)).toEqual([201, 200, 304, 200]);
  });
});

describe("the rate limit", () => {
  test("counts down for each installation, refuses at the end and starts again after an hour", async () => {
    let timeMs = Date.now();
    await using scene = await setScene({ now: () => new Date(timeMs) });
    const { github, installation, octokit, at, app, acme } = scene;
    github.rateLimits.setInstallation(installation.id, { limit: 3, used: 1 });
    const { headers } = await octokit.rest.repos.get(at);
    expect(headers).toMatchObject({
      "x-ratelimit-limit": "3",
      "x-ratelimit-used": "2",
      "x-ratelimit-remaining": "1",
    });
    const { data } = await octokit.rest.rateLimit.get();
    expect(data.rate).toMatchObject({ limit: 3, used: 2, remaining: 1 });
    await octokit.rest.repos.get(at);
    const refused = await refusal(octokit.rest.repos.get(at));
    expect(refused).toMatchObject({
      status: 403,
      body: { message: `API rate limit exceeded for installation ID ${installation.id}.` },
      headers: {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.ceil((timeMs + 3_600_000) / 1_000)),
      },
    });
    const other = await github.install(app, acme, { repositories: "all" });
    await expect(octokitFor(github, app, other).rest.repos.get(at)).resolves.toMatchObject({ status: 200 });
    timeMs += 3_600_000;
    const token = issueInstallationToken(github.world, installation, {});
    expect(await readWith(github, token.token, "/repos/acme/widgets")).toMatchObject({ status: 200 });
  });
});

describe("a list", () => {
  test("comes in pages of thirty, at most a hundred, with links", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    await github.pushFiles(repository, { branch: "x", files: { x: "x" }, message: "x" });
    await github.openPullRequest(repository, { head: "x", base: "main", title: "X" });
    for (let count = 0; count < 105; count++) await github.comment(repository, 1, `Comment ${count}`);
    const page = async (query: object) => {
      const { data, headers } = await octokit.rest.issues.listComments({ ...at, issue_number: 1, ...query });
      const relations = [...(headers.link ?? "").matchAll(/[?&]page=(\d+)[^>]*>; rel="(\w+)"/g)];
      return [
        data.length,
        Object.fromEntries(relations.map(([, number, relation]) => [relation, Number(number)])),
      ];
    };
    expect(await page({})).toEqual([30, { next: 2, last: 4 }]);
    expect(await page({ page: 4 })).toEqual([15, { prev: 3, first: 1 }]);
    expect(await page({ per_page: 100 })).toEqual([100, { next: 2, last: 2 }]);
    expect(await page({ per_page: 100, page: 2 })).toEqual([5, { prev: 1, first: 1 }]);
    expect(await page({ page: 9 })).toEqual([0, { prev: 4, first: 1 }]);
    const all = await octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number: 1 });
    expect(all.map(({ body }) => body)).toEqual(
      Array.from({ length: 105 }, (_each, index) => `Comment ${index}`),
    );
  });
});

describe("a violation of GitHub's API", () => {
  test("is recorded, in requests and answers, and fails a test that checks for it", async () => {
    await using scene = await setScene({ mayViolate: true });
    const { github, octokit, at } = scene;
    expect(() => github.assertNoViolations()).not.toThrow();
    await refusal(
      octokit.request("POST /repos/{owner}/{repo}/pulls", {
        ...at,
        head: "x",
        base: "main",
        title: "x",
        colour: "red",
      }),
    );
    await refusal(octokit.request("GET /repos/{owner}/{repo}/nonsense", at));
    expect(github.violations).toEqual([
      expect.stringMatching(/^request POST \/repos\/acme\/widgets\/pulls: .*colour/),
      expect.stringContaining("GitHub has no GET /repos/acme/widgets/nonsense"),
    ]);
    expect(() => github.assertNoViolations()).toThrow(/colour[\s\S]*nonsense/);
  });

  test("is 422 for a body of the wrong shape and 400 for one that is not JSON", async () => {
    await using scene = await setScene({ mayViolate: true });
    const { github, octokit, at } = scene;
    const missing = octokit.request("POST /repos/{owner}/{repo}/pulls", {
      ...at,
      title: "x",
      base: "main",
    } as never);
    const message = 'Invalid request.\n\n"head" wasn\'t supplied.';
    expect(await refusal(missing)).toMatchObject({ status: 422, body: { message } });
    const headers = { authorization: `token ${github.userToken(github.octocat)}`, "user-agent": "test" };
    const response = await fetch(`${github.apiUrl}/repos/acme/widgets/labels`, {
      method: "POST",
      headers,
      body: "{",
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ message: "Problems parsing JSON" }),
    ]);
  });
});

test("requests are logged by their templates, and can be counted from a mark", async () => {
  await using scene = await setScene();
  const { github, octokit, at, installation } = scene;
  await octokit.rest.repos.get(at);
  const mark = github.requests.mark();
  await octokit.rest.repos.getBranch({ ...at, branch: "main" });
  await refusal(octokit.rest.pulls.get({ ...at, pull_number: 9 }));
  expect(github.requests.since(mark)).toEqual([
    {
      at: expect.any(Date),
      method: "GET",
      route: "/repos/{owner}/{repo}/branches/{branch}",
      path: "/repos/acme/widgets/branches/main",
      status: 200,
      durationMs: expect.any(Number),
      installationId: installation.id,
    },
    expect.objectContaining({ route: "/repos/{owner}/{repo}/pulls/{pull_number}", status: 404 }),
  ]);
});

test("a closed local GitHub leaves no server and no files, and may be closed twice", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await github.close();
  await expect(fetch(github.apiUrl)).rejects.toThrow(/fetch failed/);
  await expect(github.world.git(repository).run(["rev-parse", "main"])).rejects.toThrow();
  await github.close();
});

/** Sends a path unchanged; fetch would normalise it and add a user agent. */
function statusOf(
  { url }: { url: string },
  path: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    get({ host: hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
}

describe("a broken request", () => {
  test.each([
    { path: "/repos/%zz/x", status: 400 },
    { path: "/acme/%E0%A4%A", status: 400 },
    { path: "//elsewhere/x", status: 404 },
    { path: "/repos/acme/widgets/branches/with/slashes", status: 404 },
  ])("such as $path is refused with $status", async ({ path, status }) => {
    await using scene = await setScene({ mayViolate: true });
    expect(await statusOf(scene.github, path, { "user-agent": "test" })).toBe(status);
    expect(scene.github.violations.join()).not.toContain("broke the local GitHub");
  });

  test("without a user agent is refused like on GitHub", async () => {
    await using scene = await setScene({ mayViolate: true });
    expect(await statusOf(scene.github, "/rate_limit", {})).toBe(403);
  });
});

describe("pages over HTTP", () => {
  test("a browser gets pages, an API client gets JSON", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { "a.txt": "a\n" }, message: "Add a" });
    const pullRequest = await github.openPullRequest(repository, {
      title: "Add a",
      head: "agent/1",
      base: "main",
    });
    const marked = github.requests.mark();
    const page = await fetch(`${github.url}/acme/widgets/pull/${pullRequest.number}`);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain("Add a");
    const home = await fetch(github.url, { headers: { accept: "text/html" } });
    expect(await home.text()).toContain("acme/widgets");
    expect(github.requests.since(marked)).toEqual([]);
  });

  test("POST /markdown renders a comment in its repository, or a document on its own", async () => {
    await using scene = await setScene();
    await scene.github.openIssue(scene.repository, { title: "Broken" });
    const render = async (options: object): Promise<unknown> => {
      const answer = await scene.octokit.request("POST /markdown", { text: "#1 by @octocat", ...options });
      return answer.data;
    };
    const { url } = scene.github;
    expect(await render({})).toBe("<p>#1 by @octocat</p>");
    const html = await render({ mode: "gfm", context: "acme/widgets" });
    expect(html).toMatch(/^<p><a class="issue-link js-issue-link" [^>]+>#1<\/a> by <a class="user-mention /);
    expect(html).toContain(` href="${url}/acme/widgets/issues/1">#1</a>`);
    expect(html).toContain(` href="${url}/octocat">@octocat</a></p>`);
  });
});
