import { globSync } from "node:fs";

/** A file of tests that need minutes, or disks of their own: only `script/test --all` runs it, or a pattern that it matches. */
export const LONG_FILE = /\.long\.test\./;

/** All of them, in order. */
export function findLongFiles(): readonly string[] {
  return globSync("test/**/*.long.test.*").toSorted();
}
