import type { Refusal } from "../../errors.ts";
import type { ChangedFile } from "../../github/facts/comparison.ts";
import type { ChangeTotals } from "../../github/facts/rules/change-totals.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { Area } from "./areas.ts";
import { type ChangeType, changeType, isBreaking } from "./change-type.ts";
import { type ClassifiedFile, classifyFile } from "./file-kinds.ts";
import type { FilesSaid } from "./files-said.ts";
import type { GitAttributes } from "./git-attributes.ts";
import { type RiskNote, riskOf } from "./risk.ts";
import { type ChangeSize, sizeOf } from "./size.ts";

/** What kind of change it is, based on the change itself. */
export interface ChangeAnalysis {
  readonly type: ChangeType;
  /** Why it has this type, for people: "Labelled fix because …". */
  readonly typeBecause: string;
  /** If the agent says another type: a sentence for people that names both. */
  readonly disagreement: string | null;
  readonly size: ChangeSize;
  readonly areas: readonly Area[];
  /** Plain-text sentences that may name paths. If there is one, the risk is high. */
  readonly risks: readonly string[];
  /** Sentences like those in `risks`, about what is worth checking but no high risk. */
  readonly notes: readonly RiskNote[];
  readonly files: readonly ClassifiedFile[];
  /** Problems with the repository's own files, such as a labeler.yml that is not YAML. */
  readonly problems: readonly Refusal[];
}

export interface ChangeFacts {
  /** The type that the agent gives, unchanged. */
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  /** First lines of the commits' messages. */
  readonly subjects: readonly string[];
  readonly files: readonly ChangedFile[];
  /** There are more files than `files` holds. */
  readonly filesTruncated: boolean;
  /** `null` if GitHub has not counted the whole change yet. */
  readonly total: ChangeTotals | null;
  /** What the repository's own files say about it. */
  readonly said: FilesSaid;
  readonly settings: Pick<RepositorySettings, "size" | "risk">;
}

const PROTECTION_UNKNOWN = "The bot could not find out whether it changes protected paths.";

/** Decides what kind of change it is. The time grows only with the size of the input, even for hostile input. */
export function analyseChange(facts: ChangeFacts): ChangeAnalysis {
  const { settings, total, filesTruncated, said } = facts;
  const attributes: GitAttributes = (path, attribute) =>
    said.attributes.get(path.join("/"))?.[attribute] ?? null;
  const files = facts.files.map((file) => ({ ...file, ...classifyFile(file.path, attributes) }));
  const { type, because, disagreement } = changeType({ ...facts, files });
  const size = sizeOf(files, { total, filesTruncated }, settings.size);
  const { protectedPaths } = said;
  const breaking = isBreaking(facts);
  const risk = riskOf({
    files,
    filesTruncated,
    total,
    size,
    breaking,
    isProtected: (path) => protectedPaths?.has(path.join("/")) ?? false,
    limits: settings.risk,
  });
  return {
    type,
    typeBecause: because,
    disagreement,
    size,
    areas: said.areas,
    risks: protectedPaths === null ? [PROTECTION_UNKNOWN, ...risk.risks] : risk.risks,
    notes: risk.notes,
    files,
    problems: said.problems,
  };
}
