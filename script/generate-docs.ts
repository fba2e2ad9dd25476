// Writes the files that are generated from the code: `node script/generate-docs.ts`. With --check it writes nothing,
// and exits 1 if a file is not up to date.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generatedFiles } from "./docs/generated-files.ts";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });

for (const [path, text] of await generatedFiles()) {
  const current = await readFile(path, "utf8").catch(() => null);
  if (current === text) continue;
  if (options.check) {
    console.error(`${path} is out of date. Run node script/generate-docs.ts and commit the result.`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    console.log(`Regenerated ${path}`);
  }
}
