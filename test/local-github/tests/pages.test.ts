import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { createAccount, createTeam } from "../acts/accounts.ts";
import { createApp } from "../acts/apps.ts";
import { protect } from "../acts/branches.ts";
import { createCheckRun } from "../acts/checks.ts";
import { addComment, react } from "../acts/comments.ts";
import { openIssue } from "../acts/issues.ts";
import { addLabels } from "../acts/labels.ts";
import { openPullRequest } from "../acts/pull-requests.ts";
import { pushFiles } from "../acts/pushes.ts";
import { createRepository } from "../acts/repositories.ts";
import { requestReviewers } from "../acts/reviewers.ts";
import { submitReview } from "../acts/reviews.ts";
import type { Reply } from "../http/route.ts";
import { renderComment, renderDocument } from "../pages/markdown.ts";
import { answerPage } from "../pages/pages.ts";
import { patchLines } from "../pages/patch-lines.ts";
import type { Repository } from "../state.ts";
import { World } from "../world.ts";

const EVIL = "<script>alert(1)</script>";
let rootDir: string;
let world: World;
let repository: Repository;

beforeAll(async () => {
  rootDir = await mkdtemp(join(tmpdir(), "pages-"));
  world = new World({
    origin: "http://github.test",
    rootDir,
    now: () => new Date("2026-03-01T12:00:00Z"),
    mergeableNullReads: 0,
  });
  const owner = createAccount(world, "acme", "Organization");
  createTeam(world, owner, "core");
  const alice = { account: createAccount(world, "alice", "User"), app: null };
  const app = createApp(world, { slug: "orb", owner, permissions: {}, events: [] });
  const bot = { account: app.bot, app };
  repository = await createRepository(world, {
    owner,
    name: "shop",
    files: { "a.txt": "one\ntwo\n" },
    description: `Shop ${EVIL}`,
  });
  repository.collaborators.set("alice", "write");
  await openIssue(world, alice, repository, { title: `Broken ${EVIL}`, body: "It **breaks**." });
  const push = { branch: "agent/1", files: { "a.txt": `one\n${EVIL}\n` }, message: `Fix it ${EVIL}` };
  await pushFiles(world, alice, repository, push);
  const pullRequest = await openPullRequest(world, bot, repository, {
    title: `Fix ${EVIL}`,
    head: "agent/1",
    base: "main",
    body: `Fixes #1, says @alice.\n\n${EVIL}\n\n<details><summary>More</summary>text</details>`,
  });
  await addLabels(world, bot, repository, pullRequest, ["bug"]);
  const comment = await addComment(world, alice, repository, pullRequest, `Thanks ${EVIL}`);
  react(world, bot, comment, "rocket");
  await submitReview(world, alice, repository, pullRequest, {
    event: "REQUEST_CHANGES",
    body: "Nearly.",
    comments: [{ path: "a.txt", line: 2, body: `Why ${EVIL}?`, diffHunk: `@@ -1 +1 @@\n+${EVIL}` }],
  });
  const mona = { account: createAccount(world, "mona", "User"), app: null };
  repository.collaborators.set("mona", "write");
  await requestReviewers(world, mona, repository, pullRequest, { people: ["alice"], teams: ["core"] });
  await protect(world, mona, repository, "main", { requiredChecks: ["e2e"] });
  await createCheckRun(world, bot, repository, {
    name: `ci ${EVIL}`,
    headSha: pullRequest.headSha,
    appId: app.id,
    conclusion: "failure",
    output: { title: "2 failed", summary: `Look: ${EVIL}` },
  });
});

afterAll(() => rm(rootDir, { recursive: true, force: true }));

async function get(path: string, accept = "text/html"): Promise<{ status: number; html: string } | null> {
  const reply: Reply | null = await answerPage(world, {
    method: "GET",
    url: new URL(path, world.origin),
    accept,
  });
  return reply && { status: reply.status, html: String(reply.content?.bytes) };
}

describe("the page of a pull request", () => {
  test("shows comments, checks and changes", async () => {
    const page = await get("/acme/shop/pull/2");
    expect(page?.status).toBe(200);
    const text = page?.html.replaceAll(/<style>[^]*<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    expect(text).toContain(
      "Fix &lt;script&gt;alert(1)&lt;/script&gt; #2 Open orb bot wants to merge 1 commit into main from agent/1",
    );
    expect(text).toContain("Fixes #1 , says @alice .");
    expect(text).toContain("alice commented 1 Mar 2026, 12:00 UTC Thanks");
    expect(text).toContain("🚀 1");
    expect(text).toContain("alice requested changes");
    expect(text).toContain("a.txt line 2 @@ -1 +1 @@");
    expect(text).toContain("Failure ci");
    expect(text).toContain("Pending e2e Required Expected — Waiting for status to be reported");
    expect(text).toContain("alice requested acme/core team");
    expect(text).toContain("a.txt +1 −1");
    expect(text).toContain("Closes #1 Broken");
    expect(page?.html).toContain('style="--label:#d73a4a"');
  });

  test.each(["/acme/shop/pull/2", "/acme/shop/issues/1", "/acme/shop", "/"])(
    "runs no script from people's texts: %s",
    async (path) => {
      const page = await get(path);
      expect(page?.html).toMatch(/alert/);
      expect(page?.html).not.toContain("<script");
    },
  );

  test("allows no scripts and nothing from other hosts", async () => {
    const url = new URL("/acme/shop/pull/2", world.origin);
    const reply = await answerPage(world, { method: "GET", url, accept: undefined });
    expect(reply?.headers?.["content-security-policy"]).toContain("default-src 'none'");
    expect(String(reply?.content?.bytes)).not.toMatch(/(src|href)="(?!http:\/\/github\.test|\/|#)/);
  });
});

test("a list shows open pull requests, or closed ones on request", async () => {
  expect((await get("/acme/shop/pulls"))?.html).toContain('href="http://github.test/acme/shop/pull/2"');
  const closed = await get("/acme/shop/pulls?state=closed");
  expect(closed?.html).toContain("There are no closed pull requests.");
});

test("an owner's page lists their repositories, and the API keeps paths of the same form", async () => {
  expect((await get("/acme"))?.html).toContain("1 open pull request<");
  expect(await get("/acme", "application/vnd.github+json")).toBeNull();
  expect((await get("/nobody"))?.status).toBe(404);
  expect(await get("/nobody/nothing")).toBeNull();
  expect((await get("/acme/shop/pull/99"))?.status).toBe(404);
});

describe("Markdown", () => {
  test.each([
    [
      "mentions an account",
      "by @Alice",
      '<p>by <a class="user-mention notranslate" data-hovercard-type="user" data-hovercard-url="/users/alice/hovercard" data-octo-click="hovercard-link-click" data-octo-dimensions="link_type:self" href="http://github.test/alice">@Alice</a></p>',
    ],
    [
      "mentions an organization",
      "by @acme",
      'data-hovercard-type="organization" data-hovercard-url="/orgs/acme/hovercard"',
    ],
    [
      "mentions a team",
      "by @acme/core.",
      'data-permission-text="Team members are private" data-url="/orgs/acme/teams/core/members" data-hovercard-type="team" data-hovercard-url="/orgs/acme/teams/core/hovercard" href="http://github.test/orgs/acme/teams/core">@acme/core</a>.',
    ],
    ["ignores teams that do not exist", "by @acme/none", "<p>by @acme/none</p>"],
    ["ignores paths", "@alice/tools/x", "<p>@alice/tools/x</p>"],
    ["refers by GitHub's older form", "see GH-1", ">GH-1</a>"],
    [
      "refers by an address",
      "see http://github.test/acme/shop/pull/2",
      'data-url="http://github.test/acme/shop/issues/2" data-hovercard-type="pull_request" data-hovercard-url="/acme/shop/pull/2/hovercard" href="http://github.test/acme/shop/pull/2">#2</a>',
    ],
    [
      "marks a link that has its own text",
      "[here](http://github.test/acme/shop/issues/1)",
      '<a href="http://github.test/acme/shop/issues/1" data-hovercard-type="issue" data-hovercard-url="/acme/shop/issues/1/hovercard">here</a>',
    ],
    [
      "ignores other addresses",
      "see http://github.test/acme/shop/issues/99",
      '<a href="http://github.test/acme/shop/issues/99">http://github.test/acme/shop/issues/99</a>',
    ],
    ["ignores unknown accounts", "by @nobody", "<p>by @nobody</p>"],
    ["ignores e-mail addresses", "x@alice", "<p>x@alice</p>"],
    ["ignores code", "`@alice #1`", "<p><code>@alice #1</code></p>"],
    [
      "refers to an issue",
      "see #1",
      'class="issue-link js-issue-link" data-error-text="Failed to load title"',
    ],
    [
      "refers across repositories",
      "see acme/shop#2",
      'href="http://github.test/acme/shop/pull/2">acme/shop#2</a>',
    ],
    [
      "shows alerts",
      "> [!WARNING]\n> It **breaks**.\n>\n> Twice.",
      '<div class="markdown-alert markdown-alert-warning"><p class="markdown-alert-title">Warning</p><p>\nIt <strong>breaks</strong>.</p><p>Twice.</p></div>',
    ],
    ["shows an alert with its text in another paragraph", "> [!note]\n>\n> So.", ">Note</p><p>So.</p></div>"],
    ["ignores ordinary quotes", "> [!WARNING] so", "<blockquote>\n<p>[!WARNING] so</p>"],
    ["makes no alert inside a list", "- > [!NOTE]\n  > a", "<blockquote>"],
    ["ignores unknown numbers", "see #77", "<p>see #77</p>"],
    ["keeps line breaks of comments", "a\nb", "<p>a<br>\nb</p>"],
    ["renders tables and tasks", "- [x] done", 'type="checkbox" checked disabled'],
    ["keeps harmless HTML", "<details><summary>s</summary>t</details>", "<summary>s</summary>"],
    [
      "drops event handlers",
      '<img src="https://x.test/i.png" onerror="alert(1)">',
      '<img src="https://x.test/i.png">',
    ],
    ["drops dangerous links", "[x](javascript:alert(1))", "<p><a>x</a></p>"],
    ["drops comments", "a<!-- orb -->b", "<p>ab</p>"],
  ])("%s", async (_name, markdown, html) => {
    expect(await renderComment(world, markdown, repository)).toContain(html);
  });

  test("of a document has no mentions and keeps no line breaks", async () => {
    expect(await renderDocument("@alice\n#1")).toBe("<p>@alice\n#1</p>");
  });
});

test("the lines of a patch are numbered from the hunk's header", () => {
  expect(patchLines("@@ -3,2 +3,2 @@ f()\n a\n-b\n+c\n\\ No newline at end of file")).toEqual([
    { kind: "hunk", before: null, after: null, text: "@@ -3,2 +3,2 @@ f()" },
    { kind: "context", before: 3, after: 3, text: "a" },
    { kind: "removed", before: 4, after: null, text: "b" },
    { kind: "added", before: null, after: 4, text: "c" },
    { kind: "note", before: null, after: null, text: "No newline at end of file" },
  ]);
});

describe("script/screenshot.ts", () => {
  const run = promisify(execFile);
  const script = fileURLToPath(new URL("../../../script/screenshot.ts", import.meta.url));

  longStory("takes a picture of a page", async () => {
    const page = await get("/acme/shop/pull/2");
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(page?.html);
    }).listen(0, "127.0.0.1");
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    server.once("listening", resolve);
    await listening;
    const { port } = server.address() as AddressInfo;
    const output = join(rootDir, "page.png");
    await run(process.execPath, [script, `http://127.0.0.1:${port}/`, output, "--width", "640", "--dark"]);
    server.close();
    const png = await readFile(output);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(640);
  });

  test("says what to install if Chromium is missing", async () => {
    const env = { ...process.env, CHROMIUM_PATH: "/nonexistent/chromium" };
    await expect(
      run(process.execPath, [script, "http://127.0.0.1/", "x.png"], { env }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("apt-get install chromium"),
    });
  });
});
