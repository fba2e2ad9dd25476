import type { Refusal } from "../../errors.ts";

/** Something below the root that is no workspace of which we can decide, or that could not be read. It is left alone. */
export interface RootProblem extends Refusal {
  readonly code: RootProblemCode;
  /** Its path as people may see it. */
  readonly path: string;
}

export type RootProblemCode =
  | "link_in_root"
  | "name_not_text"
  | "outside_root"
  | "workspace_is_link"
  | "workspace_unreadable";

/** What one look below the root found. */
export interface Found {
  /** Folders that nobody had named. */
  readonly orphans: number;
  /** Folders at the path of a workspace that had been there before. */
  readonly back: number;
  /** Known workspaces whose folder is gone. */
  readonly missing: number;
  /** Entries of the root that are neither folders nor links. */
  readonly others: number;
  /** The first of them. */
  readonly problems: readonly RootProblem[];
  readonly problemsTotal: number;
}

const PROBLEMS_MAX = 100;

/** Counts what a look finds. */
export class Finding {
  orphans = 0;
  back = 0;
  missing = 0;
  others = 0;
  readonly #problems: RootProblem[] = [];
  #problemsTotal = 0;

  problem(problem: RootProblem): void {
    this.#problemsTotal += 1;
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(problem);
  }

  result(): Found {
    const { orphans, back, missing, others } = this;
    return { orphans, back, missing, others, problems: this.#problems, problemsTotal: this.#problemsTotal };
  }
}
