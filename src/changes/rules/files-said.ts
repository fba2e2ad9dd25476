import type { Refusal } from "../../errors.ts";
import type { ChangedFile } from "../../github/facts/comparison.ts";
import type { TextFile } from "../../github/facts/files/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { Area } from "./areas.ts";
import type { AttributesByPath } from "./git-attributes.ts";
import { compileGlobs, segmentsOf } from "./globs.ts";

/** A change, and the files of the repository that say something about it. */
export interface FilesFacts {
  readonly files: readonly ChangedFile[];
  readonly headBranch: string;
  readonly baseBranch: string;
  /** `.gitattributes` at the root of the repository; `null` if it has none. */
  readonly gitAttributes: Pick<TextFile, "path" | "text"> | null;
  /** `.github/labeler.yml`; `null` if it has none. */
  readonly labeler: Pick<TextFile, "path" | "text"> | null;
  readonly settings: Pick<RepositorySettings, "areas" | "protectedPaths">;
}

/** What the files of a repository say about a change, as data. */
export interface FilesSaid {
  readonly attributes: AttributesByPath;
  readonly areas: readonly Area[];
  /** The new and old paths of the change that are protected; `null` if that could not be found out. */
  readonly protectedPaths: ReadonlySet<string> | null;
  /** Problems with these files. */
  readonly problems: readonly Refusal[];
}

export interface ProtectedPaths {
  readonly paths: ReadonlySet<string>;
  /** Globs that can't be read. */
  readonly unreadable: readonly string[];
}

/** Which of these paths the globs of the settings protect. */
export function protectedAmong(globs: readonly string[], paths: readonly string[]): ProtectedPaths {
  const { test, unreadable } = compileGlobs(globs);
  return { paths: new Set(paths.filter((path) => test(segmentsOf(path)))), unreadable };
}

/** The new and the old path of a file: moving a file away changes its old place too. */
export function placesOf({
  path,
  previousPath,
}: Pick<ChangedFile, "path" | "previousPath">): readonly string[] {
  return previousPath === null ? [path] : [path, previousPath];
}
