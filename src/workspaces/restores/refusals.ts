import { OrbError } from "../../errors.ts";

/** Why it can't be restored. */
export function nothingToRestore(path: string): OrbError {
  return new OrbError({
    code: "nothing_to_restore",
    reason: `No archive of the workspace ${JSON.stringify(path)} is known.`,
    remedy:
      "GET /api/v1/cleanups?project=… says whether one was made. Other archives lie in WORKSPACE_ARCHIVE on the host.",
  });
}

/** Why it needs no restore. */
export function stillThere(path: string): OrbError {
  return new OrbError({
    code: "workspace_present",
    reason: `The workspace ${JSON.stringify(path)} is there, so nothing has to be restored.`,
    remedy: "Move it away first if you want the archived one in its place.",
  });
}
