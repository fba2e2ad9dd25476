import { expect, test } from "@jest/globals";
import { setScene } from "./scene.ts";

test("a browser gets pages where an API client gets JSON", async () => {
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

test("POST /markdown renders a comment in its repository, and a document alone", async () => {
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
