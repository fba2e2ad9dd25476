import { createHash } from "node:crypto";

const ID_BYTES = 16;

/**
 * The id of the workspace at a path of a host, so that a signal finds its record without a search, and there is only one.
 *
 * @param path normal, as `workspacePath` gives it
 * @returns 32 hexadecimal digits
 */
export function workspaceId({ host, path }: { readonly host: string; readonly path: string }): string {
  const name = JSON.stringify([host, path]);
  return createHash("sha256").update(name).digest().subarray(0, ID_BYTES).toString("hex");
}

/** Whether a text has the form of such an id. */
export function isWorkspaceId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}
