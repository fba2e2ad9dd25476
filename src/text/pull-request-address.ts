import type { SafeMarkdown } from "./safe.ts";

/** Names that GitHub allows for an owner and a repository. In an address, nothing in them is Markdown. */
const REPOSITORY = /^[\w-]{1,100}\/[\w.-]{1,100}$/;

/** The address of a pull request; `null` if GitHub does not allow such a repository name. */
export function pullRequestAddress(
  host: string,
  { repository, number }: { readonly repository: string; readonly number: number },
): SafeMarkdown | null {
  if (!REPOSITORY.test(repository)) return null;
  return `https://${host}/${repository}/pull/${number}` as SafeMarkdown;
}
