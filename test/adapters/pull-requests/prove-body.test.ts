import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { proveBody } from "../../../src/pull-requests/plan/prove-body.ts";
import type { SafeMarkdown } from "../../../src/text/safe.ts";
import { written } from "../../unit/descriptions/written-sections.ts";
import { type GitHubScene, setGitHubScene } from "../github/scene.ts";

const MARKDOWN = "POST /markdown 200";
let scene: GitHubScene;

beforeAll(async () => {
  scene = await setGitHubScene();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** Proves a description in which these sections may be live, and returns the result and the requests that it took. */
async function prove(
  body: SafeMarkdown,
  {
    sections,
    template = false,
    refersTo = [],
  }: { sections: readonly string[]; template?: boolean; refersTo?: readonly string[] },
): Promise<{ proved: string | null; requests: string[] }> {
  let proved: string | null = null;
  const requests = await scene.routesOf(async () => {
    proved = await proveBody(
      { body, provable: { sections: new Set(sections), template } },
      {
        policy: { closes: [], gitHubHost: "github.com", linkHosts: [], refersTo },
        repository: scene.remote,
        name: "acme/widgets",
        apart: new Apart({ stepsHereMax: Infinity }),
      },
    );
  });
  return { proved, requests };
}

test("a description that can't have anything live in it costs no request", async () => {
  const body = written({ summary: "Adds a greeting." });
  expect(await prove(body, { sections: [] })).toEqual({ proved: body, requests: [] });
});

test("a description that GitHub renders without anything live stays as it is, and costs one request", async () => {
  const body = written({ summary: "Mail to `@octocat`.", how: "One thing" });
  expect(await prove(body, { sections: ["summary", "how"] })).toEqual({ proved: body, requests: [MARKDOWN] });
});

test("only the live section is put into a code block", async () => {
  const body = written({ summary: "Thanks to @octocat.", how: "Mail to `@octocat`.", files: "1 file" });
  const { proved, requests } = await prove(body, { sections: ["summary", "how"] });
  expect(proved).toMatch(/```\n[^`]*octocat\.\n```/);
  expect(proved?.match(/```/g)).toHaveLength(2);
  expect(proved).toContain("Mail to `@octocat`.");
  // The whole description, and then each section that may be live.
  expect(requests).toEqual([MARKDOWN, MARKDOWN, MARKDOWN]);
});

test("a link to another pull request of the same project is not taken for something live", async () => {
  const address = "https://github.com/acme/api/pull/3";
  const body = written({ summary: "Mail to `@octocat`.", siblings: `- [\`acme/api#3\`](${address}): open` });
  const { proved } = await prove(body, { sections: ["summary"], refersTo: [address] });
  expect(proved).toBe(body);
  expect((await prove(body, { sections: ["summary"] })).proved).not.toBe(body);
});

test("if the repository's own text is live, its layout can't be used", async () => {
  const body = `Thanks to @octocat.\n\n${written({ summary: "Adds a greeting." })}` as SafeMarkdown;
  const { proved } = await prove(body, { sections: ["summary"], template: true });
  expect(proved).toBeNull();
});

test("if only the whole description is live, every section that may be is put into a code block", async () => {
  const live = '<p><a class="user-mention" href="https://github.com/octocat">@octocat</a></p>';
  scene.github.faults.add({
    route: "POST /markdown",
    fault: { kind: "answer", status: 200, headers: { "content-type": "text/html" }, json: live },
  });
  const body = written({ summary: "One.", how: "Another.", files: "1 file" });
  const { proved } = await prove(body, { sections: ["summary", "how"] });
  expect(proved?.match(/```\n(?:One|Another)\.\n```/g)).toHaveLength(2);
  expect(proved).toContain("1 file");
});
