/** A process that fills a folder: `make-tree.ts FOLDER FOLDERS FILES` makes so many folders in ten groups, with so many files each. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GROUPS = 10;
const CONTENT = "content of a small file\n".repeat(8);
const [, , top = "", folders = "0", files = "0"] = process.argv;

for (let folder = 0; folder < Number(folders); folder++) {
  const path = join(top, `group-${folder % GROUPS}`, `folder-${folder}`);
  mkdirSync(path, { recursive: true });
  for (let file = 0; file < Number(files); file++) writeFileSync(join(path, `file-${file}.js`), CONTENT);
}
