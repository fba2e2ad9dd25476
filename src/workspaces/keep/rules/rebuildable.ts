// The closed list of what a command makes again. A name alone proves nothing, because people have folders called `target` too: git must
// also ignore all files in it. That alone proves nothing either: an agent can let git ignore everything.

/** Folders, by their name alone. */
const FOLDERS: ReadonlySet<string> = new Set([
  // JavaScript
  "node_modules",
  "bower_components",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".turbo",
  ".parcel-cache",
  ".angular",
  ".nyc_output",
  // Python
  ".venv",
  "__pycache__",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".tox",
  ".nox",
  ".eggs",
  // Rust, Java and others
  "target",
  ".gradle",
  "dist",
  // Caches
  ".cache",
  ".ccache",
]);
const FILES: ReadonlySet<string> = new Set([".DS_Store", "Thumbs.db", ".eslintcache"]);

/** Whether a folder of this name is on the list. */
export function isRebuildableFolder(name: Buffer): boolean {
  return FOLDERS.has(name.toString("latin1"));
}

/**
 * @param path of a file that git does not track, relative to the workspace
 * @returns the path of the outermost rebuildable folder around it, or the file itself; `null` if it is neither
 */
export function rebuildableRoot(path: Buffer): Buffer | null {
  for (let begin = 0; begin < path.length;) {
    const end = path.indexOf(0x2f, begin);
    const name = path.subarray(begin, end === -1 ? path.length : end).toString("latin1");
    if (end === -1) return FILES.has(name) ? path : null;
    if (FOLDERS.has(name)) return path.subarray(0, end);
    begin = end + 1;
  }
  return null;
}
