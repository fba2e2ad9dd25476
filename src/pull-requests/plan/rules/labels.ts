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
 * The labels of a change, with the colour and description that they get if the repository lacks them. No two
 * have the same name; GitHub ignores case in names.
 *
 * @param wanted the kinds of labels that the repository's settings ask for
 * @param conflicting whether it conflicts with its base
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
