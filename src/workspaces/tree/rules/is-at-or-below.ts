/** Whether a path is this folder, or below it. Neither ends with a slash, except `/`. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
