import { OrbError } from "../../errors.ts";
import { present } from "./rules/restorable.ts";

/** Why it can't be restored. */
export function nothingToRestore(path: string): OrbError {
  return new OrbError({
    code: "nothing_to_restore",
    reason: `No archive of the workspace ${JSON.stringify(path)} is known.`,
    remedy:
      "GET /api/v1/cleanups?archived=true lists the archives that can be restored, each with its request. Others lie in WORKSPACE_ARCHIVE on the host.",
  });
}

/** Why it needs no restore. */
export function stillThere(path: string): OrbError {
  return new OrbError(present(path));
}
