import type { KeepReason } from "../../keep-reason.ts";
import { OWN_FOLDER } from "../../tree/rules/own-folder.ts";
import { liesIn, workspacePath } from "./workspace-path.ts";

/**
 * The paths by which signals may name a root: as it is configured, and without links. The first one is the name under which a folder
 * found there is recorded.
 *
 * @param configured WORKSPACE_ROOT
 * @param real the same folder without links
 * @throws OrbError `bad_workspace_path`
 */
export function rootNames(configured: string, real: string): readonly string[] {
  return [...new Set([workspacePath(configured), workspacePath(real)])];
}

export type PlaceCode = "outside_root";

/**
 * Why the bot never opens a path: it is not below the root of its host, or it is the bot's own folder; `null` if it is a place for a
 * workspace.
 *
 * @param path normal
 * @param roots from `rootNames`
 */
export function whyOutside(
  { host, path }: { readonly host: string; readonly path: string },
  roots: readonly string[],
): KeepReason<PlaceCode> | null {
  const root = roots.find((name) => liesIn(path, name));
  const isOwn =
    root !== undefined && (path === `${root}/${OWN_FOLDER}` || liesIn(path, `${root}/${OWN_FOLDER}`));
  if (root !== undefined && !isOwn) return null;
  const [configured = ""] = roots;
  const because = isOwn
    ? "is the bot's own folder"
    : `is not below ${JSON.stringify(configured)}, the root of the workspaces on ${host}`;
  return {
    code: "outside_root",
    reason: `${JSON.stringify(path)} ${because}, so the bot never opens or removes it.`,
    remedy: `Send signals with the path of a folder below ${JSON.stringify(configured)}, such as ${JSON.stringify(`${configured}/p-1`)}, or set WORKSPACE_ROOT on ${host} to the folder that has its workspaces and start the worker again.`,
  };
}

/** The same folder under each name of the root; only the path itself if it lies outside. */
export function namesOf(path: string, roots: readonly string[]): readonly string[] {
  const root = roots.find((name) => path.startsWith(`${name}/`));
  if (root === undefined) return [path];
  const below = path.slice(root.length);
  return [path, ...roots.filter((name) => name !== root).map((name) => name + below)];
}
