import { describe, expect, test } from "../../support/testing.ts";
import { sanitizeInline, sanitizeMarkdown } from "../../../src/text/markdown/sanitize.ts";
import type { MarkdownPolicy } from "../../../src/text/markdown/policy.ts";

const GITHUB = "https://github.com/Octo/hello";
const BLOB = `${GITHUB}/blob/release/1%231`;

function policyOn(gitHubHost: string): MarkdownPolicy {
  return { closes: [7], gitHubHost, linkHosts: [], repository: { name: "Octo/hello", base: "release/1#1" } };
}

describe("in a text that a repository shows", () => {
  test.each([
    ["to a file", "[x](docs/x.md)", `[x](${BLOB}/docs/x.md)`],
    ["to a file here", "[x](./x.md?plain=1#L3)", `[x](${BLOB}/x.md?plain=1#L3)`],
    ["to a file above the root, which does not exist", "[x](../../x.md)", `[x](${BLOB}/x.md)`],
    ["from the root", "[x](/docs/a%2fb.md)", `[x](${BLOB}/docs/a%2fb.md)`],
    ["to a name with spaces", "[x](<docs/a b.md>)", `[x](${BLOB}/docs/a%20b.md)`],
    ["to a heading", "[x](#setup)", `[x](${BLOB}/#setup)`],
    ["to a picture", "![chart](img/a.png)", `[chart](${BLOB}/img/a.png)`],
    ["by definition", "[r]\n\n[r]: docs/x.md", `r\n\n\\[r]: [docs/x.md](${BLOB}/docs/x.md)`],
  ])("a relative link %s leads to the base branch", (_where, text, shown) => {
    expect(sanitizeMarkdown(text, 1_000, policyOn("github.com"))).toBe(shown);
  });

  test.each(["//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:x", "data:text/html,x"])(
    "%s is no relative link",
    (address) => {
      const text = `[x](<${address.replaceAll("\\", "\\\\")}>)`;
      expect(sanitizeMarkdown(text, 1_000, policyOn("github.com"))).toBe(`x (\`${address}\`)`);
    },
  );

  test.each(["github.com", "github.example"])("links and references to itself stay on %s", (host) => {
    const [issue, file] = [
      `https://${host}/octo/hello/issues/5`,
      `https://${host}/octo/hello/blob/main/a.md`,
    ];
    const text = `[${issue}](${issue}) [a](${file}) octo/hello#5`;
    expect(sanitizeMarkdown(text, 1_000, policyOn(host))).toBe(text);
    expect(sanitizeInline(text, 1_000, policyOn(host))).toBe(text);
  });

  test("references to other repositories do not stay, and no form of its own closes an issue", () => {
    const other = "https://github.com/octo/other/issues/5";
    const own = `${GITHUB}/issues/7`;
    const text = `${other} octo/other#5 closes octo/hello#7 closes ${own}`;
    expect(sanitizeMarkdown(text, 1_000, policyOn("github.com"))).toBe(
      "[https://github.com/octo/other/issues/\u200b5](https://redirect.github.com/octo/other/issues/5) " +
        `octo/other\u200b#5 c\u200bloses octo/hello#7 c\u200bloses [${own}](${own})`,
    );
  });
});
