import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "../support/testing.ts";
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { EVENTS } from "../../src/github/rules/requests.ts";
import { ROOT } from "../support/repository-files.ts";

const recordings = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly {
  name: string;
}[];
let manifest: Document;

beforeAll(async () => {
  manifest = parseDocument(await readFile(`${ROOT}app.yml`, "utf8"));
});

/** The entries of a block, each with the comment above it. In YAML a block's first comment belongs to the block. */
function commented(key: string): Map<string, string> {
  const block = manifest.get(key, true) as Node | undefined;
  const lines = isMap(block) ? block.items.map(({ key: name }) => name) : isSeq(block) ? block.items : [];
  return new Map(
    lines.filter(isScalar).map((line, index) => {
      const comment = line.commentBefore ?? (index === 0 ? block?.commentBefore : undefined);
      return [String(line.value), comment?.trim() ?? ""];
    }),
  );
}

test("the manifest is one that GitHub takes", () => {
  expect(manifest.errors).toEqual([]);
  expect(manifest.toJS()).toMatchObject({
    name: expect.any(String),
    url: expect.stringMatching(/^https:\/\//),
    public: false,
  });
});

test("a right that is added is added here too, on purpose", () => {
  expect(manifest.toJS().default_permissions).toEqual({
    metadata: "read",
    contents: "write",
    pull_requests: "write",
    issues: "write",
    checks: "write",
    statuses: "read",
    merge_queues: "read",
  });
});

test("every permission says what it is for", () => {
  const reasons = commented("default_permissions");
  expect([...reasons.keys()]).toEqual(Object.keys(manifest.toJS().default_permissions));
  for (const [permission, reason] of reasons)
    expect([permission, reason]).toEqual([permission, expect.stringMatching(/\w{3}/)]);
});

test("the events are those that the asked permissions open", () => {
  const asked = Object.entries(EVENTS).filter(([, { for: uses }]) =>
    uses.some(({ kind }) => kind !== "extra"),
  );
  expect(manifest.toJS().default_events).toEqual(asked.map(([event]) => event));
});

test("every event is one that GitHub sends, and says what it is for", () => {
  const reasons = commented("default_events");
  expect(reasons.size).toBeGreaterThan(0);
  expect(recordings.map(({ name }) => name)).toEqual(expect.arrayContaining([...reasons.keys()]));
  for (const [event, reason] of reasons)
    expect([event, reason]).toEqual([event, expect.stringMatching(/\w{3}/)]);
});
