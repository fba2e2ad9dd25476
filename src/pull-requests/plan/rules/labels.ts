import type { LabelLook } from "../../../github/deeds/labels.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";
import {
  AI_GENERATED,
  areaLook,
  HIGH_RISK,
  MERGE_CONFLICT,
  SIZE_LABELS,
  TYPE_LABELS,
} from "../../../changes/rules/label-catalogue.ts";

/**
 * The labels that a change deserves, with the looks they get where the repository does not have them yet. No two
 * have the same name, and GitHub's names ignore case.
 *
 * @param wanted the kinds of labels that the repository's settings ask for
 * @param conflicting whether it can't be merged into its base as both are
 */
export function labelsFor(
  { type, size, areas, risks }: Pick<ChangeAnalysis, "type" | "size" | "areas" | "risks">,
  wanted: RepositorySettings["labels"],
  { conflicting }: { readonly conflicting: boolean },
): LabelLook[] {
  const looks = [
    ...(wanted.aiGenerated ? [AI_GENERATED] : []),
    ...(wanted.type ? [TYPE_LABELS[type]] : []),
    ...(wanted.size ? [SIZE_LABELS[size.size]] : []),
    ...(wanted.risk && risks.length > 0 ? [HIGH_RISK] : []),
    ...(conflicting ? [MERGE_CONFLICT] : []),
    ...areas.flatMap(({ label }) => (label === "" ? [] : [areaLook(label)])),
  ];
  const key = ({ name }: LabelLook) => name.toLowerCase();
  return looks.filter((look, index) => looks.findIndex((other) => key(other) === key(look)) === index);
}
