import { isAtOrBelow } from "../../tree/rules/is-at-or-below.ts";
import type { Mount } from "../../tree/rules/mount-table.ts";

/** The path in the file system of what a mount shows at `path`; `null` if the mount does not show that path. */
export function pathInFileSystem({ root, point }: Mount, path: string): string | null {
  if (!isAtOrBelow(path, point)) return null;
  const below = path.slice(point === "/" ? 0 : point.length);
  const joined = `${root === "/" ? "" : root}${below === "/" ? "" : below}`;
  return joined === "" ? "/" : joined;
}
