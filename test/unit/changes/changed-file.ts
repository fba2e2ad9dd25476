import type { ChangedFile } from "../../../src/github/facts/comparison.ts";
import type { ClassifiedFile } from "../../../src/changes/rules/file-kinds.ts";
import { classifyFile } from "../../../src/changes/rules/file-kinds.ts";
import { parseGitAttributes } from "../../../src/changes/rules/git-attributes.ts";

const NO_ATTRIBUTES = parseGitAttributes(null);

export function changedFile(path: string, more: Partial<ChangedFile> = {}): ChangedFile {
  return { path, previousPath: null, status: "modified", additions: 1, deletions: 0, ...more };
}

export function classifiedFile(path: string, more: Partial<ClassifiedFile> = {}): ClassifiedFile {
  return { ...changedFile(path), ...classifyFile(path, NO_ATTRIBUTES), ...more };
}
