import { expect, test } from "@jest/globals";
import type { Sibling } from "../../../src/descriptions/rules/description-facts.ts";
import { siblingAddress } from "../../../src/descriptions/rules/describe-siblings.ts";
import { bodyOf, descriptionFacts, sectionOf } from "./description-facts.ts";

const sibling = (more: Partial<Sibling> = {}): Sibling => ({
  repository: "acme/api",
  number: 3,
  state: "open",
  checks: null,
  review: null,
  ...more,
});
const described = (...siblings: Sibling[]) => sectionOf(descriptionFacts({}, {}, { siblings }), "siblings");

test("a change of one repository has nothing to say of others", () => {
  expect(described()).toBe("");
});

test("each of the others is linked with where it stands, after what merging takes", () => {
  const siblings = [
    sibling(),
    sibling({ repository: "acme/web", number: 12, state: "merged" }),
    sibling({ repository: "acme/docs", number: 4, state: "draft" }),
    sibling({ repository: "acme/old", number: 5, state: "closed" }),
    sibling({ repository: "acme/new", number: null, state: "expected" }),
    sibling({ repository: "acme/odd", number: null, state: "stuck" }),
    sibling({ repository: null, number: null, state: "open" }),
  ];
  expect(described(...siblings)).toMatchInlineSnapshot(`
"## Part of a change set

- [\`acme/api#3\`](https://github.com/acme/api/pull/3): open
- [\`acme/web#12\`](https://github.com/acme/web/pull/12): ✅ merged
- [\`acme/docs#4\`](https://github.com/acme/docs/pull/4): draft
- [\`acme/old#5\`](https://github.com/acme/old/pull/5): ❌ closed without merging
- \`acme/new\`: ⏳ not opened yet
- \`acme/odd\`: ❌ could not be opened
- A pull request in a private repository: open"
`);
  const body = bodyOf(descriptionFacts({}, {}, { siblings }));
  expect(body.indexOf("orb:merge:end")).toBeLessThan(body.indexOf("orb:siblings:start"));
  expect(body.indexOf("orb:siblings:end")).toBeLessThan(body.indexOf("orb:files:start"));
});

test("how its checks and reviews stand changes nothing: no description is written anew for that", () => {
  expect(described(sibling({ checks: "failed", review: "approved" }))).toBe(described(sibling()));
});

test("no more than people read are listed", () => {
  const many = Array.from({ length: 30 }, (_, index) => sibling({ number: index + 1 }));
  expect(described(...many)).toMatch(/#25`\]\(\S+\): open\n- … and 5 more$/);
});

test("what is no name of a repository is shown and not linked", () => {
  const hostile = sibling({ repository: "acme/api](https://evil.example)" });
  expect(siblingAddress(hostile, "github.com")).toBeNull();
  expect(described(hostile)).toMatch(
    /^## Part of a change set\n\n- `acme\/api\]\(.*evil.example\)#3`: open$/,
  );
});

test("a link leads to the GitHub that shows it", () => {
  expect(siblingAddress(sibling(), "github.example")).toBe("https://github.example/acme/api/pull/3");
});
