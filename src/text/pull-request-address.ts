import { isRepositoryName } from "./github-names.ts";
import type { SafeMarkdown } from "./safe.ts";

/**
 * The address of a pull request; `null` if GitHub does not allow such a repository name. In an address, nothing in an allowed
 * name is Markdown.
 */
export function pullRequestAddress(
  host: string,
  { repository, number }: { readonly repository: string; readonly number: number },
): SafeMarkdown | null {
  if (!isRepositoryName(repository)) return null;
  return `https://${host}/${repository}/pull/${number}` as SafeMarkdown;
}
