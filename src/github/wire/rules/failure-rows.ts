import type { FailureRow } from "./failure-row.ts";
import { REFUSED_ACCESS } from "./refused-access.ts";
import { REFUSED_CONTENTS } from "./refused-contents.ts";

/**
 * The texts are GitHub's own, collected from its API and from projects that received them. The first row that matches decides,
 * so specific rows come before general ones, also across the two tables.
 */
export const FAILURE_ROWS: readonly FailureRow[] = [...REFUSED_CONTENTS, ...REFUSED_ACCESS];
