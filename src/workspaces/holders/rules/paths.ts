/** The part of a path below a folder, `""` for the folder itself; `null` if it lies elsewhere. Both are absolute. */
export function below(folder: string, path: string): string | null {
  if (path === folder) return "";
  const prefix = folder === "/" ? "/" : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

/** @param rest relative, or `""` for the folder itself */
export function join(folder: string, rest: string): string {
  if (rest === "") return folder;
  return folder === "/" ? `/${rest}` : `${folder}/${rest}`;
}

/** The folder that contains it; of `/` it is `/` itself. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Joins relative paths, of which each may be empty. */
export function joinNames(one: string, other: string): string {
  return one === "" || other === "" ? one + other : `${one}/${other}`;
}

/** The deepest folder that contains all of these folders, or is one of them. */
export function commonFolder(folders: readonly string[]): string {
  const [first = "/", ...others] = folders;
  return others.reduce((common, folder) => {
    let shared = common;
    while (below(shared, folder) === null) shared = parentOf(shared);
    return shared;
  }, first);
}

/** A folder and all folders that contain it. */
export function upwards(folder: string): readonly string[] {
  return folder === "/" ? ["/"] : [folder, ...upwards(parentOf(folder))];
}
