import type { Repository } from "../../github/repository.ts";
import { ownerOf } from "../../text/github-names.ts";
import { type Apart, TOO_LONG } from "../../work/apart/apart.ts";
import { findLive } from "../../text/markdown/github-rendering.ts";
import type { MarkdownPolicy } from "../../text/markdown/policy.ts";
import type { SafeMarkdown } from "../../text/safe.ts";
import type { ComposedBody } from "../../descriptions/rules/compose-body.ts";
import { fenceSections } from "../../descriptions/rules/fence-sections.ts";
import { findSections } from "../../descriptions/rules/section-marks.ts";

interface Context {
  readonly policy: MarkdownPolicy;
  readonly repository: Repository;
  /** `owner/name` */
  readonly name: string;
  readonly apart: Apart;
}

const RENDERING = import.meta.resolve("../../text/markdown/github-rendering.ts");
/** To parse a character of HTML. */
const STEPS_OF_A_CHARACTER = 100;

/**
 * Lets GitHub render the text, and puts a section into a code fence if GitHub would act on something in it
 * that it must not. That happens before the first write, because a person who was mentioned once gets all later messages. It costs
 * no request if no text of others contains anything that GitHub could act on.
 *
 * @returns `null` if the repository's own template is live: then it can't be used
 */
export async function proveBody(
  { body, provable }: Pick<ComposedBody, "body" | "provable">,
  { policy, repository, name, apart }: Context,
): Promise<SafeMarkdown | null> {
  if (provable.sections.size === 0 && !provable.template) return body;
  const isHarmless = async (markdown: string) => {
    const html = await repository.renderMarkdown(markdown);
    const call = { account: ownerOf(name), steps: html.length * STEPS_OF_A_CHARACTER };
    const live = await apart.call(findLive, RENDERING, [html, { policy, repository: name }], call);
    // What could not be checked may be live.
    return live !== TOO_LONG && live.length === 0;
  };
  if (await isHarmless(body)) return body;
  const live = new Set<string>();
  for (const section of findSections(body).filter((found) => provable.sections.has(found.name))) {
    const content = body.slice(section.contentFrom, section.contentTo);
    if (!(await isHarmless(content))) live.add(section.name);
  }
  if (live.size > 0) return fenceSections(body, live);
  // No section is live alone, so it is the text between them, or it is not known which section it is.
  return provable.template ? null : fenceSections(body, provable.sections);
}

/** If GitHub does not say what is live, everything that could be is put into a fence. */
export function fenceUnproved({ body, provable }: Pick<ComposedBody, "body" | "provable">): SafeMarkdown {
  return fenceSections(body, provable.sections);
}
