import { workspacePath } from "./workspace-path.ts";

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

/** The same folder under each name of the root; only the path itself if it lies outside. */
export function namesOf(path: string, roots: readonly string[]): readonly string[] {
  const root = roots.find((name) => path.startsWith(`${name}/`));
  if (root === undefined) return [path];
  const below = path.slice(root.length);
  return [path, ...roots.filter((name) => name !== root).map((name) => name + below)];
}
