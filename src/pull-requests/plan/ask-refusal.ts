import { stepsOfGlobs } from "../../changes/rules/steps.ts";
import type { Refusal } from "../../errors.ts";
import { SETTINGS_PATH } from "../../repository-settings/settings-file.ts";
import { ownerOf } from "../../text/github-names.ts";
import { type Apart, TOO_LONG } from "../../work/apart/apart.ts";
import { tooSlow } from "../../work/rules/too-slow.ts";
import { type RefusalFacts, refusePublish } from "./rules/refuse-publish.ts";

const MODULE = import.meta.resolve("./rules/refuse-publish.ts");

/** {@link refusePublish} within a limit of time. Branches that can't be compared with the settings are not allowed. */
export async function askRefusal(facts: RefusalFacts, apart: Apart): Promise<Refusal | null> {
  const { completion, projectStatus, repository, base, comparison, existing, place } = facts;
  const { enabled, hold, baseBranches, branches } = facts.settings;
  const { origins, fileNames } = facts.inForce;
  // Only these are copied: the facts that were gathered hold whole files.
  const asked: RefusalFacts = {
    completion,
    projectStatus,
    repository,
    settings: { enabled, hold, baseBranches, branches },
    inForce: { origins, fileNames },
    base,
    comparison,
    existing,
    place,
  };
  const account = ownerOf(completion.repository);
  const steps = stepsOfGlobs([...baseBranches, ...branches], [base, completion.branch]);
  const refusal = await apart.call(refusePublish, MODULE, [asked], { account, steps });
  if (refusal !== TOO_LONG) return refusal;
  return { ...tooSlow(`baseBranches and branches in ${SETTINGS_PATH}`), code: "branch_not_allowed" };
}
