// Updates test/local-github/openapi/github.json: `node script/cut-openapi.ts [VERSION]`. Downloads
// @octokit/openapi (385 MB, hence not one of our dependencies) from npm into a temporary folder and keeps only
// what operations.ts names.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cutDescription, type OpenApiDocument } from "../test/local-github/openapi/cut.ts";
import type { GitHubDescription } from "../test/local-github/openapi/description.ts";
import { OPERATION_IDS, WEBHOOK_EVENTS } from "../test/local-github/openapi/operations.ts";

const PACKAGE = "@octokit/openapi";
const OUTPUT = fileURLToPath(new URL("../test/local-github/openapi/github.json", import.meta.url));

const wantedVersion = process.argv[2] ?? "latest";
const folder = mkdtempSync(join(tmpdir(), "cut-openapi-"));
try {
  execFileSync(
    "npm",
    [
      "install",
      "--prefix",
      folder,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `${PACKAGE}@${wantedVersion}`,
    ],
    { stdio: ["ignore", process.stderr, process.stderr] },
  );
  const installed = join(folder, "node_modules", PACKAGE);
  const { version } = readJson(join(installed, "package.json")) as { version: string };
  const document = readJson(join(installed, "generated/api.github.com.json")) as OpenApiDocument;
  const description: GitHubDescription = {
    source: { package: PACKAGE, version, cutBy: "node script/cut-openapi.ts" },
    ...cutDescription(document, { operationIds: OPERATION_IDS, webhookEvents: WEBHOOK_EVENTS }),
  };
  writeFileSync(OUTPUT, oneEntryPerLine(description));
  console.log(`${OUTPUT}: ${PACKAGE} ${version}, ${Object.keys(description.operations).length} operations`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Compact, but a diff still shows which operation or schema an update changed. */
function oneEntryPerLine({ components, ...sections }: GitHubDescription): string {
  const inLines = (section: object): string =>
    `{\n${Object.entries(section)
      .map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`)
      .join(",\n")}\n}`;
  const printed = Object.entries(sections).map(
    ([name, section]) => `${JSON.stringify(name)}:${inLines(section)}`,
  );
  return `{${printed.join(",\n")},\n"components":{"schemas":${inLines(components.schemas)}}}\n`;
}
