/** The beginning of a commit's id, as people and GitHub write it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
