import type { Repository } from "../../github/repository.ts";
import { findLive } from "../../text/github-rendering.ts";
import type { MarkdownPolicy } from "../../text/policy.ts";
import type { SafeMarkdown } from "../../text/safe.ts";
import type { ComposedBody } from "../../descriptions/rules/compose-body.ts";
import { fenceSections } from "../../descriptions/rules/fence-sections.ts";
import { findSections } from "../../descriptions/rules/section-marks.ts";

interface Context {
  readonly policy: MarkdownPolicy;
  readonly repository: Repository;
  /** `owner/name` */
  readonly name: string;
}

/**
 * Has GitHub render what is to be written, and puts a section into a fence in which GitHub would act on something
 * that it must not: before the first write, for whoever was mentioned once is told of all that follows. Costs no
 * request where no text of others holds anything that GitHub could act on.
 *
 * @returns `null` where it is the repository's own template that is live: then it can't be used
 */
export async function proveBody(
  { body, provable }: Pick<ComposedBody, "body" | "provable">,
  { policy, repository, name }: Context,
): Promise<SafeMarkdown | null> {
  if (provable.sections.size === 0 && !provable.template) return body;
  const isHarmless = async (markdown: string) => {
    const html = await repository.renderMarkdown(markdown);
    return findLive(html, { policy, repository: name }).length === 0;
  };
  if (await isHarmless(body)) return body;
  const live = new Set<string>();
  for (const section of findSections(body).filter((found) => provable.sections.has(found.name))) {
    const content = body.slice(section.contentFrom, section.contentTo);
    if (!(await isHarmless(content))) live.add(section.name);
  }
  if (live.size > 0) return fenceSections(body, live);
  // None of the sections is live alone: it is what stands between them, or it is not known which of them it is.
  return provable.template ? null : fenceSections(body, provable.sections);
}

/** Where GitHub does not tell what is live, whatever could be stands in a fence. */
export function fenceUnproved({ body, provable }: Pick<ComposedBody, "body" | "provable">): SafeMarkdown {
  return fenceSections(body, provable.sections);
}
