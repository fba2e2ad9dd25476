import type { Refusal } from "../../errors.ts";
import type { ChangedFile } from "../../github/comparison.ts";
import type { ChangeType } from "./change-type.ts";

/** What a file is for, as far as its path tells. */
export const FILE_KINDS = [
  "source",
  "test",
  "docs",
  "dependencies",
  "migration",
  "api",
  "ci",
  "config",
  "asset",
] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export interface ClassifiedFile extends ChangedFile {
  readonly kind: FileKind;
  /** Written by a program, or a lock file: nobody reviews it line by line, so it does not count for the size. */
  readonly generated: boolean;
  /** Somebody else's code that lies in the repository; does not count for the size either. */
  readonly vendored: boolean;
}

export const SIZES = ["XS", "S", "M", "L", "XL"] as const;
export type Size = (typeof SIZES)[number];

export interface Area {
  readonly name: string;
  /** The label, complete: `area: api`, or the name that the repository's labeler.yml gives it. */
  readonly label: string;
  readonly paths: readonly string[];
}

/** What a change is, found out from the change itself. */
export interface ChangeAnalysis {
  readonly type: ChangeType;
  readonly typeBecause: string;
  /** Where the agent calls it something else: a sentence for people that names both. */
  readonly disagreement: string | null;
  readonly size: {
    readonly size: Size;
    /** Changed lines that count. */
    readonly lines: number;
    /** Changed lines of generated and vendored files, which don't. */
    readonly linesLeftOut: number;
  };
  readonly areas: readonly Area[];
  /** Sentences; the risk is high where there is one. */
  readonly risks: readonly string[];
  readonly files: readonly ClassifiedFile[];
  /** Files of the repository that could not be read, such as a labeler.yml that is no YAML. */
  readonly problems: readonly Refusal[];
}
