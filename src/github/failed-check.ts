import type { Refusal } from "../errors.ts";
import type { RepositoryAccess } from "./repository-access.ts";

/** What a check run says, for whoever has to mend what it found. */
export interface FailedCheck {
  readonly id: number;
  readonly name: string;
  /** GitHub's own word, such as `timed_out`; `null` while it runs. */
  readonly conclusion: string | null;
  readonly detailsUrl: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly annotations: readonly CheckAnnotation[];
  /** Of all that there are; `annotations` holds the first few. */
  readonly annotationsTotal: number;
  /** The end of the job's log; `null` where it is no job of GitHub Actions or may not be read. */
  readonly logTail: string | null;
  /** Why parts are missing that GitHub has, each with its remedy. */
  readonly refused: readonly Refusal[];
}

/** A place in a file that a check complains of. */
export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string | null;
  readonly message: string;
}

export async function readFailedCheck(access: RepositoryAccess, runId: number): Promise<FailedCheck> {
  throw new Error(`not asked yet: ${access.key(String(runId))}`);
}
