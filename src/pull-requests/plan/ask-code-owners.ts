import { stepsOfPatterns } from "../../changes/rules/steps.ts";
import type { Refusal } from "../../errors.ts";
import type { ChangedFile } from "../../github/facts/comparison.ts";
import type { TextFile } from "../../github/facts/files/repository-files.ts";
import { type Apart, TOO_LONG } from "../../work/apart/apart.ts";
import { tooSlow } from "../../work/rules/too-slow.ts";
import { type CodeOwners, codeOwnersOf } from "./rules/code-owners.ts";

const MODULE = import.meta.resolve("./rules/code-owners.ts");

export interface OwnersSaid {
  /** `null` if there is no CODEOWNERS, or if it could not be read; then `problems` says so. */
  readonly codeOwners: CodeOwners | null;
  readonly problems: readonly Refusal[];
}

/** Asks a CODEOWNERS for the owners of changed files, within a limit of time. */
export async function askCodeOwners(
  file: TextFile | null,
  files: readonly ChangedFile[],
  { apart, account }: { readonly apart: Apart; readonly account: string },
): Promise<OwnersSaid> {
  if (!file) return { codeOwners: null, problems: [] };
  const paths = files.map(({ path }) => path);
  const steps = stepsOfPatterns(file.text.length, paths);
  const told = await apart.call(codeOwnersOf, MODULE, [file.text, paths], { account, steps });
  return told === TOO_LONG
    ? { codeOwners: null, problems: [tooSlow(file.path)] }
    : { codeOwners: told, problems: [] };
}
