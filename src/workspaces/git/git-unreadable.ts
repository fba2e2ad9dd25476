import { OrbError } from "../../errors.ts";
import { shownPath } from "../tree/shown-path.ts";

/**
 * A part of a repository that can't be read, or can't be understood. Nobody can say what such a workspace holds, so it stays.
 *
 * @param what the part, for people
 * @param why a clause that follows it
 */
export function gitUnreadable(what: Buffer | string, why: string, cause?: unknown): OrbError {
  return new OrbError(
    {
      code: "git_unreadable",
      reason: `${shownPath(what)} ${why}.`,
      remedy: "Repair the repository, or decide about this workspace by hand. Until then it stays.",
    },
    { cause },
  );
}
