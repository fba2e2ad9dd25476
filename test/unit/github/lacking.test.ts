import { expect, test } from "../../support/testing.ts";
import { lackingFor } from "../../../src/github/rules/lacking.ts";

const SNAPSHOT = "query Snapshot($owner: String!) { … }";
const NODE = ["checks", "pullRequest", "statusCheckRollup", "contexts", "nodes", "3"];
const READS = { contents: "read", pull_requests: "read" };

test.each([
  ["mutation MarkReady(", ["changed"], { ...READS, pull_requests: "write" }, "contents: write"],
  ["mutation ConvertToDraft(", ["changed"], {}, "contents: write and pull_requests: write"],
  ["mutation MarkReady(", ["changed"], null, "contents: write and pull_requests: write"],
  [SNAPSHOT, NODE, { ...READS, checks: "write" }, "statuses: read"],
  [SNAPSHOT, NODE, { ...READS, statuses: "read" }, "checks: read"],
  [SNAPSHOT, NODE, null, "checks: read and statuses: read"],
  [SNAPSHOT, ["repository", "pullRequest", "headRef"], { pull_requests: "read" }, "contents: read"],
  [
    "mutation Decorate(",
    ["asked", "pullRequest", "reviewRequests"],
    { pull_requests: "write" },
    "members: read",
  ],
  ["query AccountIds(", ["organization", "team0"], {}, "members: read"],
])("%s: at %j with %j GitHub lacks %s", (document, path, granted, lacking) => {
  expect(lackingFor(document, path, granted)).toBe(lacking);
});

test.each([
  ["all is granted", SNAPSHOT, NODE, { ...READS, checks: "read", statuses: "read" }],
  ["the part needs none", "query AccountIds(", ["person12"], {}],
  ["the document is unknown", "query Other(", ["repository"], {}],
  ["the part is unknown", SNAPSHOT, ["elsewhere"], {}],
])("nothing is lacking if %s", (_why, document, path, granted) => {
  expect(lackingFor(document, path, granted)).toBeNull();
});
