import { describe, expect, test } from "../../support/testing.ts";
import { graphqlDocument } from "../../../src/github/wire/graphql-document.ts";
import { withoutMissingFields } from "../../../src/github/wire/rules/older-server.ts";

const missing = (field: string, type: string, ...path: string[]) => ({
  path: ["query Snapshot", ...path],
  message: `Field '${field}' doesn't exist on type '${type}'`,
});

const DOCUMENT = graphqlDocument(
  "query Snapshot",
  `($sha: String!, $number: Int, $after: String!) {
  node(id: $sha) { id contexts(after: $after) { nodes {
    ... on CheckRun { name isRequired(pullRequestNumber: $number) }
    ... on StatusContext { isRequired(pullRequestNumber: $number) }
  } } }
  checks: node(id: $sha) { statusCheckRollup { contexts(first: 1) { nodes { name } } } }
}`,
);

describe("a document for a server that lacks fields", () => {
  test("leaves them out wherever they stand, and the variables that only they used", () => {
    const older = withoutMissingFields(DOCUMENT, [
      missing("isRequired", "CheckRun", "node", "contexts", "nodes", "... on CheckRun", "isRequired"),
      missing(
        "isRequired",
        "StatusContext",
        "node",
        "contexts",
        "nodes",
        "... on StatusContext",
        "isRequired",
      ),
    ]);
    expect(older?.lost).toEqual([]);
    expect(older?.document).toBe(`query Snapshot($sha: String!, $after: String!) {
  node(id: $sha) { id contexts(after: $after) { nodes {
    ... on CheckRun { name __typename }
    ... on StatusContext { __typename }
  } } }
  checks: node(id: $sha) { statusCheckRollup { contexts(first: 1) { nodes { name } } } }
}`);
  });

  test("leaves out a whole selection, and says where something is lost", () => {
    const rollup = missing("statusCheckRollup", "PullRequest", "checks", "statusCheckRollup");
    const older = withoutMissingFields(DOCUMENT, [rollup]);
    expect(older?.document).toContain("checks: node(id: $sha) { __typename }\n}");
    expect(older?.lost).toEqual([["checks", "statusCheckRollup"]]);
  });

  test("asks for the older id instead", () => {
    const review = graphqlDocument(
      "query NewestComments",
      "{ node { comments { nodes { fullDatabaseId body } } } }",
    );
    const older = withoutMissingFields(review, [missing("fullDatabaseId", "IssueComment")]);
    expect(older?.document).toBe("query NewestComments{ node { comments { nodes { databaseId body } } } }");
  });

  test.each([
    ["a field that the bot needs is missing", [missing("headRefOid", "PullRequest")]],
    ["a field of that name is missing elsewhere", [missing("isRequired", "Reviewer")]],
    ["one of several is needed", [missing("isRequired", "CheckRun"), missing("title", "PullRequest")]],
    ["another thing is wrong", [{ message: 'Parse error on "}"' }]],
    ["nothing is wrong", []],
  ])("does not exist if %s", (_why, errors) => {
    expect(withoutMissingFields(DOCUMENT, errors)).toBeNull();
  });
});
