import type { Comparison } from "../../../src/github/facts/comparison.ts";
import type { Completion } from "../../../src/signals/signal.ts";

/** A completion with only the required fields. */
export const MINIMAL_COMPLETION: Completion = {
  project: "csv-export-1",
  repository: "fjordworks/invoice-kit",
  branch: "agent/csv-export",
  summary: "",
};

/** A branch one commit ahead with one small change. */
export const SMALL_COMPARISON: Comparison = {
  aheadBy: 1,
  behindBy: 0,
  baseSha: "0".repeat(40),
  headSha: "1".repeat(40),
  headCommittedAt: null,
  commits: [{ sha: "1".repeat(40), subject: "Add an export", message: "Add an export" }],
  files: [{ path: "src/csv.ts", previousPath: null, status: "added", additions: 9, deletions: 1 }],
  filesTruncated: false,
  total: { files: 1, additions: 9, deletions: 1 },
};
