import type { SafeMarkdown } from "./safe.ts";

/** What GitHub lets a repository be called, with its owner: nothing in it is Markdown where an address stands. */
const REPOSITORY = /^[\w-]{1,100}\/[\w.-]{1,100}$/;

/** Where a pull request is to be seen; `null` where its repository's name is none of GitHub's. */
export function pullRequestAddress(
  host: string,
  { repository, number }: { readonly repository: string; readonly number: number },
): SafeMarkdown | null {
  if (!REPOSITORY.test(repository)) return null;
  return `https://${host}/${repository}/pull/${number}` as SafeMarkdown;
}
