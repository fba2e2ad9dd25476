/** Run after `npm install`: restores the builds for other platforms that npm left out of package-lock.json. */
import { readFile, writeFile } from "node:fs/promises";
import { completeLockfile, missingFrom, type Lockfile } from "./checks/lockfile.ts";

const path = new URL("../package-lock.json", import.meta.url);
const lockfile = JSON.parse(await readFile(path, "utf8")) as Lockfile;
const missing = missingFrom(lockfile);
await writeFile(path, `${JSON.stringify(completeLockfile(lockfile), null, 2)}\n`);
console.log(`Added ${missing.length} builds for other platforms`);
