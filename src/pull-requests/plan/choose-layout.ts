import type { Refusal } from "../../errors.ts";
import type { RepositoryFiles } from "../../github/facts/files/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import { type RenderedTemplate, repositoryTemplate } from "../../text/templates/repository-template.ts";
import { ownWords, type SafeMarkdown } from "../../text/safe.ts";
import { sanitizeCode } from "../../text/markdown/sanitize.ts";
import { chooseTemplate } from "../../descriptions/rules/template/choose-template.ts";
import type { Layout } from "../../descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../../descriptions/rules/description-facts.ts";
import { eachSection, type SectionTexts } from "../../descriptions/rules/description-sections.ts";

const NAME_CHARACTERS_MAX = 200;
const STANDS_FOR_A_SECTION = ownWords("…");

/**
 * Chooses the layout of a description: the repository's own template for the bot, else its template
 * for people, else ours.
 *
 * @param nonce unguessable, so that no template can contain the placeholder of a section
 * @returns the layout, and the mistakes of templates that can't be used
 */
export function chooseLayout(
  facts: DescriptionFacts,
  {
    baseFiles,
    settings,
    nonce,
  }: {
    baseFiles: Pick<RepositoryFiles, "templates" | "pullRequestTemplates">;
    settings: Pick<RepositorySettings, "templates">;
    nonce: string;
  },
): { layout: Layout; problems: Refusal[] } {
  const { type } = facts.analysis;
  const own = baseFiles.templates.get(type);
  const problems: Refusal[] = [];
  if (own) {
    const render = renderer(own.text, facts, nonce);
    // The contents of sections do not matter: whether a template can be used does not depend on them.
    const tried = render(eachSection(() => STANDS_FOR_A_SECTION));
    if ("markdown" in tried) {
      const layout = {
        kind: "repository",
        path: own.path,
        template: own.text,
        render: (sections: SectionTexts) => markdownOf(render(sections)),
      } as const;
      return { layout, problems };
    }
    problems.push(located(own.path, tried.problem));
  }
  const template = chooseTemplate(baseFiles.pullRequestTemplates, type);
  if (!template || settings.templates.pullRequestTemplate === "ignore")
    return { layout: { kind: "own" }, problems };
  return { layout: { kind: "fill", path: template.path, template: template.text }, problems };
}

function renderer(
  source: string,
  facts: DescriptionFacts,
  nonce: string,
): (sections: SectionTexts) => RenderedTemplate {
  const { completion, analysis, totals, base, policy } = facts;
  const code = (text: string | undefined) =>
    text === undefined ? ownWords("") : sanitizeCode(text, NAME_CHARACTERS_MAX);
  const template = repositoryTemplate(source, {
    inline: {
      project: code(completion.project),
      branch: code(completion.branch),
      base: code(base),
      requestedBy: code(completion.requestedBy),
    },
    facts: {
      type: analysis.type,
      size: analysis.size.size,
      highRisk: analysis.risks.length > 0,
      fileCount: totals.files,
      additions: totals.additions,
      deletions: totals.deletions,
    },
    nonce,
    policy,
  });
  return (sections) =>
    template(
      Object.fromEntries(Object.entries(sections).map(([name, text]) => [name, text ?? ownWords("")])),
    );
}

function markdownOf(result: RenderedTemplate): SafeMarkdown {
  if ("markdown" in result) return result.markdown;
  throw new Error("A template that worked before failed");
}

function located(path: string, { line, ...problem }: Refusal & { line: number | null }): Refusal {
  const where = line === null ? path : `${path}, line ${line}`;
  return { ...problem, reason: `${where}: ${problem.reason}` };
}
