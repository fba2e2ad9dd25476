import type { Refusal } from "../../errors.ts";
import type { ChangedFile } from "../../github/facts/comparison.ts";
import type { ChangeTotals } from "../../github/facts/rules/change-totals.ts";
import type { TextFile } from "../../github/facts/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import { type Area, areasOf, unreadableGlob } from "./areas.ts";
import { type ChangeType, changeType, isBreaking } from "./change-type.ts";
import { type ClassifiedFile, classifyFile } from "./file-kinds.ts";
import { parseGitAttributes } from "./git-attributes.ts";
import { compileGlobs } from "./globs.ts";
import { type RiskNote, riskOf } from "./risk.ts";
import { type ChangeSize, sizeOf } from "./size.ts";

/** What a change is, found out from the change itself. */
export interface ChangeAnalysis {
  readonly type: ChangeType;
  readonly typeBecause: string;
  /** Where the agent calls it something else: a sentence for people that names both. */
  readonly disagreement: string | null;
  readonly size: ChangeSize;
  readonly areas: readonly Area[];
  /** Sentences of plain text that name paths; the risk is high where there is one. */
  readonly risks: readonly string[];
  /** Sentences like those of `risks`, on what is worth a look and no high risk. */
  readonly notes: readonly RiskNote[];
  readonly files: readonly ClassifiedFile[];
  /** Files of the repository that could not be read, such as a labeler.yml that is no YAML. */
  readonly problems: readonly Refusal[];
}

export interface ChangeFacts {
  /** What the agent calls the change, as it came. */
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  /** First lines of the commits' messages. */
  readonly subjects: readonly string[];
  readonly files: readonly ChangedFile[];
  /** There are more files than `files` holds. */
  readonly filesTruncated: boolean;
  /** `null` where GitHub has not counted the whole change yet. */
  readonly total: ChangeTotals | null;
  readonly headBranch: string;
  readonly baseBranch: string;
  /** The text of `.gitattributes` at the root of the base branch. */
  readonly gitAttributes: string | null;
  readonly labeler: Pick<TextFile, "path" | "text"> | null;
  readonly settings: Pick<RepositorySettings, "areas" | "size" | "risk" | "protectedPaths">;
}

/** Finds out what a change is. Whatever it is given, it takes a time that grows with its size alone. */
export function analyseChange(facts: ChangeFacts): ChangeAnalysis {
  const { settings, total, filesTruncated } = facts;
  const attributes = parseGitAttributes(facts.gitAttributes);
  const files = facts.files.map((file) => ({ ...file, ...classifyFile(file.path, attributes) }));
  const { type, because, disagreement } = changeType({ ...facts, files });
  const size = sizeOf(files, { total, filesTruncated }, settings.size);
  const { areas, problems } = areasOf({ ...facts, paths: files.map(({ path }) => path) });
  const { test: isProtected, unreadable } = compileGlobs(settings.protectedPaths);
  const breaking = isBreaking(facts);
  const risk = riskOf({ files, filesTruncated, total, size, breaking, isProtected, limits: settings.risk });
  return {
    type,
    typeBecause: because,
    disagreement,
    size,
    areas,
    ...risk,
    files,
    problems: [...problems, ...unreadable.map((glob) => unreadableGlob("protectedPaths", glob))],
  };
}
