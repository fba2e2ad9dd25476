import type { ChangedFile } from "../../github/comparison.ts";
import type { ChangeType } from "./change-type.ts";
import type { LabelName } from "./label-catalogue.ts";

const SIZES = [
  { size: "XS", linesMax: 10 },
  { size: "S", linesMax: 50 },
  { size: "M", linesMax: 250 },
  { size: "L", linesMax: 1000 },
  { size: "XL", linesMax: Infinity },
] as const;

/** The labels that a change deserves. */
export function labelsFor({
  type,
  files,
  filesTruncated,
}: {
  readonly type: ChangeType;
  readonly files: readonly Pick<ChangedFile, "additions" | "deletions">[];
  /** There are more files than are known: then it is as large as can be. */
  readonly filesTruncated: boolean;
}): LabelName[] {
  const lines = filesTruncated
    ? Infinity
    : files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  const { size } = SIZES.find(({ linesMax }) => lines <= linesMax) ?? SIZES[4];
  return ["ai-generated", `type: ${type}`, `size: ${size}`];
}
