import type { Refusal } from "../errors.ts";

/**
 * Which `.github/orb.yml`: on the repository's default branch, in the owner's repository `.github`, or on a base that is
 * not the default branch.
 */
export type SettingsFile = "repository" | "owner" | "base";

/** A position in a file. Both numbers count from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem in a settings file, with its place. */
export interface SettingsProblem extends Refusal, Position {
  readonly file: SettingsFile;
  /** The key with the problem, such as `reviewers.max`; empty if the problem is about the whole file. */
  readonly path: string;
}
