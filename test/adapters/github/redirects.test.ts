import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { sanitizeMarkdown, sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { type GitHubScene, refusalOf, setGitHubScene } from "./scene.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const READ_REF = "GET /repos/{owner}/{repo}/git/ref/{ref}";
const POLICY = { closes: [], gitHubHost: "", linkHosts: [] };

let scene: GitHubScene;
/** Another host, which answers everything. */
let elsewhere: string;
const heard: IncomingMessage[] = [];
const server = createServer((request, response) => {
  heard.push(request);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ object: { sha: "f".repeat(40) } }));
});

beforeAll(async () => {
  scene = await setGitHubScene({ mayViolate: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  heard.length = 0;
});

afterEach(() => {
  scene.github.faults.clear();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});

function redirect(route: string, status: number, location: string | null, times = 1): void {
  const json = { message: "Moved Permanently" };
  const headers: Record<string, string> = location === null ? {} : { location };
  scene.github.faults.add({ route, times, fault: { kind: "answer", status, json, headers } });
}

async function create(head: string) {
  const { github, repository, remote } = scene;
  await github.pushFiles(repository, { branch: head, from: "main", files: { [head]: "x\n" }, message: head });
  const [title, body] = [sanitizeText(head, 100), sanitizeMarkdown("It moved.", 100, POLICY)];
  return remote.createPullRequest({ head, base: "main", title, body, draft: false });
}

describe("on the same host", () => {
  test.each([301, 302, 307, 308])("a creation lands once, as a creation: %i", async (status) => {
    const { github, repository } = scene;
    redirect(CREATE, status, `/repositories/${repository.id}/pulls`);
    const { number } = await create(`agent/moved-${status}`);
    expect(github.pullRequest(repository, number)).toMatchObject({
      headRef: `agent/moved-${status}`,
      body: "It moved.",
    });
  });

  test.each([301, 302, 303, 307, 308])("a read lands: %i", async (status) => {
    redirect(READ_REF, status, `/repositories/${scene.repository.id}/git/ref/heads/main`);
    expect(await scene.remote.hasBranch("main")).toBe(true);
  });

  test.each([301, 302, 307, 308])("a GraphQL mutation lands: %i", async (status) => {
    const { number } = await create(`agent/draft-${status}`);
    const { nodeId } = scene.github.pullRequest(scene.repository, number);
    redirect("POST /graphql", status, "/graphql");
    expect(await scene.remote.convertToDraft(nodeId)).toEqual({ draft: true });
  });

  test("a renamed repository is read and written under its former name", async () => {
    await using moved = await setGitHubScene();
    const { github, repository, remote } = moved;
    await github.pushFiles(repository, { branch: "agent/1", files: { "1": "x\n" }, message: "One" });
    await github.renameRepository(repository, "gadgets");
    expect(await remote.hasBranch("agent/1")).toBe(true);
    expect(await remote.deleteBranch("agent/1")).toBe("deleted");
    expect(await github.branchSha(repository, "agent/1")).toBeNull();
    github.assertNoViolations();
  });

  test.each([
    { what: "in a circle", location: "/repos/acme/widgets/git/ref/heads/main", times: Infinity },
    { what: "without an address", location: null, times: 1 },
    { what: "to something that is not an address", location: "http://[", times: 1 },
  ])("a redirect $what is refused, and is not taken for an answer", async ({ location, times }) => {
    redirect(READ_REF, 301, location, times);
    expect(await refusalOf(scene.remote.hasBranch("main"))).toMatchObject({
      code: "redirect_refused",
      message: "GitHub answered 301: Moved Permanently",
    });
  });
});

describe("to another host", () => {
  test("a read goes without the token", async () => {
    redirect(READ_REF, 302, `${elsewhere}/storage`);
    expect(await scene.remote.hasBranch("main")).toBe(true);
    expect(heard.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ["GET", "/storage", undefined],
    ]);
  });

  test.each([301, 302, 307, 308])("a write does not go: %i", async (status) => {
    redirect(CREATE, status, `${elsewhere}/pulls`);
    const before = scene.repository.pullRequests.size;
    expect((await refusalOf(create(`agent/away-${status}`))).code).toBe("redirect_refused");
    expect(heard).toEqual([]);
    expect(scene.repository.pullRequests.size).toBe(before);
  });
});
