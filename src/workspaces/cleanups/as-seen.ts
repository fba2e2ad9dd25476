import { isDeepStrictEqual } from "node:util";
import type { Tombstone } from "./cleanup.ts";
import type { Decision } from "./decide.ts";

/** Whether a look saw what the tombstone says: the same folder, with the same content and the same other half. */
export function isAsSeen(
  { findings: { removal, print }, mustArchive }: Extract<Decision, { verdict: "go" }>,
  tombstone: Tombstone,
): boolean {
  const isSameFolder = isDeepStrictEqual({ ...removal }, { ...tombstone.removal });
  return isSameFolder && print === tombstone.print && mustArchive === tombstone.mustArchive;
}
