import { createConfig, lintFromString } from "@redocly/openapi-core";
import { readFile } from "node:fs/promises";
import { expect, test } from "../support/testing.ts";
import { ROOT } from "../support/repository-files.ts";

const PATH = `${ROOT}docs/openapi.json`;

async function findingsIn(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source, absoluteRef: PATH, config });
  return found.map(({ ruleId, message, location: [at] }) => `${ruleId}: ${message} ${at?.pointer}`);
}

test("Redocly's recommended rules find nothing in the API's description", async () => {
  expect(await findingsIn(await readFile(PATH, "utf8"))).toEqual([]);
});

test("they find an operation without its id and with an example that its schema forbids", async () => {
  const described = await readFile(PATH, "utf8");
  const broken = described
    .replace('"operationId": "listProjects",', "")
    .replace('"dryRun": true', '"dryRun": "perhaps"');
  const found = await findingsIn(broken);
  expect(found).toContainEqual(expect.stringMatching(/^operation-operationId: /));
  expect(found).toContainEqual(expect.stringMatching(/^no-invalid-schema-examples: /));
});
