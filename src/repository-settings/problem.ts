import type { Refusal } from "../errors.ts";

/** Whose `.github/orb.yml`: that of the repository's base branch, or that of the owner's repository `.github`. */
export type SettingsFile = "repository" | "owner";

/** Where something stands in a file; both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a file of settings, and where. */
export interface SettingsProblem extends Refusal, Position {
  readonly file: SettingsFile;
  /** The key that it is about, such as `reviewers.max`; empty where it is about the file. */
  readonly path: string;
}
