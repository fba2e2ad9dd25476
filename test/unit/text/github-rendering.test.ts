import { expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import rehypeStringify from "rehype-stringify";
import { unified } from "unified";
import { findLive, needsProof } from "../../../src/text/markdown/github-rendering.ts";
import { sanitizeMarkdown } from "../../../src/text/markdown/sanitize.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { POLICY } from "./policies.ts";
import { render } from "./rendered.ts";

const REPOSITORY = { policy: POLICY, repository: "Acme/App" };

// Recorded from GitHub: bodies of issues and answers of its API.
test.each([
  [
    "a person",
    '<a class="user-mention notranslate" data-hovercard-type="user" data-hovercard-url="/users/octocat/hovercard" href="https://github.com/octocat">@octocat</a>',
    "a mention of @octocat",
  ],
  [
    "an organisation",
    '<a class="user-mention notranslate" data-hovercard-type="organization" href="https://github.com/acme">@acme</a>',
    "a mention of @acme",
  ],
  [
    "a team",
    '<a class="team-mention js-team-mention notranslate" data-id="1" data-permission-text="Team members are private" href="https://github.com/orgs/acme/teams/core">@acme/core</a>',
    "a mention of @acme/core",
  ],
  [
    "a mention that only its hover card shows",
    '<a data-hovercard-type="user" href="https://github.com/octocat">@octocat</a>',
    "a mention of @octocat",
  ],
  [
    "another repository's issue",
    '<a class="issue-link js-issue-link" data-hovercard-type="issue" href="https://github.com/o/r/issues/5">o/r#5</a>',
    "a reference to o/r#5",
  ],
  [
    "another repository's pull request",
    '<a class="issue-link js-issue-link" href="https://github.com/acme/app2/pull/5">acme/app2#5</a>',
    "a reference to acme/app2#5",
  ],
  [
    "a keyword for an issue of another project",
    '<span class="issue-keyword tooltipped tooltipped-se" aria-label="This pull request closes issue #136.">Closes</span>',
    "the keyword Closes for #136",
  ],
  [
    "a keyword without any details",
    '<span class="issue-keyword tooltipped tooltipped-se">Resolves</span>',
    "the keyword Resolves for #?",
  ],
  [
    "a picture through GitHub's proxy",
    '<img src="https://camo.githubusercontent.com/0/1" data-canonical-src="https://evil.example/x.png">',
    "a picture from https://camo.githubusercontent.com/0/1",
  ],
  [
    "a picture that claims to be an emoji",
    '<img class="emoji" src="https://evil.example/images/icons/emoji/x.png">',
    "a picture from https://evil.example/images/icons/emoji/x.png",
  ],
  [
    "a link to another host",
    '<a href="https://evil.example" rel="nofollow">x</a>',
    "a link to https://evil.example",
  ],
  ["a link that runs a script", '<a href="javascript:x">x</a>', "a link to javascript:x"],
  ["a relative link", '<a href="docs/a.md">x</a>', "a link to docs/a.md"],
  [
    "an e-mail address behind other words",
    '<a href="mailto:a@evil.example">x</a>',
    "a link to mailto:a@evil.example",
  ],
  [
    "a link in a formula",
    "<math-renderer>$\\href{https://evil.example}{x}$</math-renderer>",
    "a link in a formula",
  ],
  [
    "a diagram",
    '<section class="js-render-needs-enrichment"><iframe></iframe></section>',
    "the element iframe",
  ],
  ["an unknown element", "<marquee>x</marquee>", "the element marquee"],
  ["a comment", "<!-- x -->", "a comment"],
])("%s is live", (_what, html, words) => {
  expect(findLive(`<p dir="auto">${html}</p>`, REPOSITORY)).toEqual([words]);
});

test.each([
  [
    "an issue of the repository",
    '<a class="issue-link js-issue-link" data-hovercard-type="issue" href="https://github.com/acme/app/issues/3">#3</a>',
  ],
  [
    "a commit",
    '<a class="commit-link" data-hovercard-type="commit" href="https://github.com/acme/app/commit/be2f57e"><tt>be2f57e</tt></a>',
  ],
  [
    "a keyword for an issue of the project",
    '<span class="issue-keyword tooltipped tooltipped-se" aria-label="This pull request closes issue #7.">Closes</span>',
  ],
  ["a link to an allowed host", '<a href="https://a.trusted.example/x" rel="nofollow">x</a>'],
  ["an e-mail address whose text is its target", '<a href="mailto:a@b.example">a@b.example</a>'],
  [
    "an emoji",
    '<g-emoji class="g-emoji" alias="tada">🎉</g-emoji><img class="emoji" src="https://github.githubassets.com/images/icons/emoji/octocat.png">',
  ],
  [
    "a heading with its anchor",
    '<div class="markdown-heading" dir="auto"><h3 tabindex="-1" class="heading-element">x</h3><a id="user-content-x" class="anchor" aria-label="Permalink: x" href="#x"><svg class="octicon octicon-link"><path d=""></path></svg></a></div>',
  ],
  [
    "a table",
    "<markdown-accessiblity-table><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table></markdown-accessiblity-table>",
  ],
  [
    "code with colours and a button",
    '<div class="highlight highlight-source-ts"><pre><span class="pl-k">const</span></pre><div class="zeroclipboard-container"><clipboard-copy><svg><path></path></svg></clipboard-copy></div></div>',
  ],
  [
    "a task",
    '<ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" class="task-list-item-checkbox" disabled> x</li></ul>',
  ],
  ["a formula", '<math-renderer class="js-inline-math">$x^2$</math-renderer>'],
  ["details", "<details><summary>x</summary><p>y</p></details>"],
])("%s is harmless", (_what, html) => {
  expect(findLive(html, REPOSITORY)).toEqual([]);
});

test("another repository's pull request may be linked if the policy names it", () => {
  const policy = { ...POLICY, refersTo: ["https://github.com/acme/api/pull/5"] };
  const link = (path: string) => `<a class="issue-link" href="https://github.com/${path}">it</a>`;
  expect(findLive(link("acme/api/pull/5"), { ...REPOSITORY, policy })).toEqual([]);
  expect(findLive(link("acme/api/pull/6"), { ...REPOSITORY, policy })).toEqual(["a reference to it"]);
});

test.each([
  ["a word", "Adds an export of `a.b` and *more*.", false],
  ["a number", "# Part 1, which is 2 of 3", false],
  ["a person", "@octocat", true],
  ["an issue", "as #3", true],
  ["an issue in the other form", "as gh-3", true],
  ["an address", "https://x.y", true],
  ["an address without a protocol", "www.x.y", true],
  ["a relative link", "[x](docs/a.md)", true],
  ["a link by reference", "[x]: docs/a.md", true],
  ["a tag", "<b>x</b>", true],
  ["a formula", "$x$", true],
])("a text with %s must be rendered by GitHub: %s", (_what, text, needed) => {
  expect(needsProof(text)).toBe(needed);
});

/**
 * GitHub looks for `www.` while it parses, so `www\\.` stays text. The renderer of these tests also looks for it afterwards, in
 * the text without the escape: https://github.com/github/cmark-gfm/blob/master/extensions/autolink.c
 */
function isEscapedAddress(found: string, written: string): boolean {
  return /^a link to http:\/\/www\.[^/]*%E2%80%8B/.test(found) && written.includes("www\\.");
}

test("text that passes the sanitiser is harmless when rendered like GitHub does", () => {
  const writer = unified().use(rehypeStringify);
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      const written = sanitizeMarkdown(text, 1_000_000, POLICY);
      const found = findLive(writer.stringify(render(written)), REPOSITORY);
      expect(found.filter((each) => !isEscapedAddress(each, written))).toEqual([]);
    }),
    sampledInputs({ all: 1_000 }),
  );
});
