import type { RepositoryAccess } from "../wire/repository-access.ts";

/**
 * The HTML that GitHub would make of a description in this repository, with its mentions and links to issues.
 * https://docs.github.com/en/rest/markdown/markdown#render-a-markdown-document
 */
export function renderMarkdown(access: RepositoryAccess, text: string): Promise<string> {
  const { owner, name } = access;
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /markdown", {
      text,
      mode: "gfm",
      context: `${owner}/${name}`,
    });
    return data;
  });
}
