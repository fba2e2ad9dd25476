/** As many characters of a commit's name as GitHub shows. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
