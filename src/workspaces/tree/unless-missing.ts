import { OrbError } from "../../errors.ts";

/** For `catch`, after opening a folder: `null` if nothing is there. @throws every other failure */
export function unlessMissing(error: unknown): null {
  if (error instanceof OrbError && error.code === "workspace_missing") return null;
  throw error;
}
