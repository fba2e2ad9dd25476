import type { CleanupStep } from "../cleanup.ts";
import { isUntouched } from "./untouched.ts";

/**
 * Where the folder of a workspace is: at its path, in the trash under the name of its clean-up, at neither, or in the trash while
 * something else is at its path. `other`: something else is at the path, and the trash has no such entry.
 */
export type Place = "here" | "trash" | "gone" | "trash_and_other" | "other";

/**
 * What to do next. `note_…` only records what is already so, because a process died between an act and its record.
 */
export type Act =
  | "check"
  | "archive"
  | "mark"
  | "rename"
  | "note_renamed"
  | "check_again"
  | "delete"
  | "prune"
  | "fence"
  | "finish"
  | "note_missing"
  | "start_again";

/**
 * The next act of a clean-up, from the step that was stored last and from where the folder is. A process may die between any
 * two lines, so every pair must lead to a workspace that is either gone or whole.
 */
export function nextAct(step: CleanupStep, place: Place): Act {
  const inTrash = place === "trash" || place === "trash_and_other";
  if (isUntouched({ step })) {
    // The trash entry has the name of this clean-up, and it was not marked yet: only a step that was lost explains it.
    if (inTrash) return "note_renamed";
    if (place === "gone") return "note_missing";
    if (step === "planned") return "check";
    if (place === "other") return "start_again";
    return step === "checked" ? "archive" : "mark";
  }
  switch (step) {
    case "marked":
      if (inTrash) return "note_renamed";
      if (place === "gone") return "note_missing";
      return place === "here" ? "rename" : "start_again";
    case "renamed":
      if (inTrash) return "check_again";
      // It was put back, or somebody emptied the trash.
      return place === "gone" ? "note_missing" : "start_again";
    case "condemned":
      // A walk that was interrupted goes on; one that had ended finds nothing. A process that was paused while it held the
      // folder for used may have put it back: then it is looked at like any other.
      return place === "here" ? "start_again" : "delete";
    case "deleted":
      return "prune";
    case "pruned":
      return "fence";
    default:
      return "finish";
  }
}
