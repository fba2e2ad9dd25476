import type { Refusal } from "../../errors.ts";
import { needsProof } from "../../text/markdown/github-rendering.ts";
import { joined, ownWords, type SafeMarkdown } from "../../text/safe.ts";
import { describe, type RenderTemplate } from "./describe/describe.ts";
import type { DescriptionFacts } from "./description-facts.ts";
import { eachSection, type SectionName, SECTIONS, type SectionTexts } from "./description-sections.ts";
import { restOfSummary } from "./describe/describe-summary.ts";
import { fillTemplate } from "./template/fill-template.ts";
import { fitBody, type FittedBody } from "./fit-body.ts";
import { findSections, markedNames } from "./marked/section-marks.ts";
import { withWrittenLine } from "./marked/sections.ts";

/** GitHub refuses a description of more than 65 536 characters, and people's edits need space too. */
export const BODY_CHARACTERS_MAX = 60_000;
/** Enough for one sentence in each section and the hidden lines. */
const BODY_CHARACTERS_MIN = 8_000;
const PRINT_CHARACTERS = 14;

/** Which template decides where the sections go. */
export type Layout =
  /** A template that the repository wrote for the bot, in `.github/orb/`. It gets each section with its markers. */
  | {
      readonly kind: "repository";
      readonly path: string;
      readonly template: string;
      readonly render: (sections: SectionTexts) => SafeMarkdown;
    }
  /** The repository's template for pull requests by people. */
  | { readonly kind: "fill"; readonly path: string; readonly template: string }
  /** The bot's own template for the type of the change. */
  | { readonly kind: "own" };

export interface ComposedBody extends FittedBody {
  /** Why the repository's template is not used. */
  readonly problems: readonly Refusal[];
  /** Where other people's text stands that only GitHub's own rendering can prove harmless. */
  readonly provable: {
    readonly sections: ReadonlySet<string>;
    /** The repository's own text between the sections. */
    readonly template: boolean;
  };
}

/**
 * The whole description: sections, the hidden line with their fingerprints, and the marker.
 *
 * @param marker proves that the pull request belongs to the bot; it is never cut
 * @param charactersMax less than `BODY_CHARACTERS_MAX` if GitHub refused a longer description
 * @param inCheckRun whether a check run will show the text that is cut
 */
export function composeBody(
  facts: DescriptionFacts,
  {
    layout,
    marker,
    render,
    charactersMax = BODY_CHARACTERS_MAX,
    inCheckRun,
  }: {
    readonly layout: Layout;
    readonly marker: SafeMarkdown;
    readonly render: RenderTemplate;
    readonly charactersMax?: number;
    readonly inCheckRun: boolean;
  },
): ComposedBody {
  const { description, provable } = describe(facts, (name, values) =>
    render(name, { ...values, inCheckRun }),
  );
  const own = (sections: SectionTexts) => render(`pull-request/${facts.analysis.type}`, { sections });
  const hidden = marker.length + SECTIONS.join("").length + SECTIONS.length * PRINT_CHARACTERS + 100;
  const fit = (layout: (sections: SectionTexts) => SafeMarkdown) =>
    fitBody({
      description,
      layout,
      overflowLayout: own,
      rest: restOfSummary(facts.completion.summary),
      cut: (characters) => render("pull-request/sections/cut", { characters, inCheckRun }),
      charactersMax: Math.max(BODY_CHARACTERS_MIN, charactersMax) - hidden,
    });
  const complete = (
    { body, overflow }: FittedBody,
    { problems = [], template = false }: { problems?: readonly Refusal[]; template?: boolean },
  ): ComposedBody => ({
    body: joined([withWrittenLine(body), marker], "\n"),
    overflow,
    problems,
    provable: { sections: provable, template },
  });
  let template = layout.kind === "repository" && needsProof(layout.template);
  const onProvable = () => (template = true);
  const wanted = layoutOf(layout, { facts, own, render, onProvable });
  const fitted = typeof wanted === "function" ? fit(wanted) : null;
  if (fitted && hasUniqueSections(fitted.body)) return complete(fitted, { template });
  const ours = fit(own);
  if (!ours) throw new Error("The description is too long even with one sentence for each section");
  const problem = typeof wanted === "function" ? unusable(layout, fitted) : wanted;
  return complete(ours, { problems: problem ? [problem] : [] });
}

type LayOut = (sections: SectionTexts) => SafeMarkdown;

function layoutOf(
  layout: Layout,
  {
    facts,
    own,
    render,
    onProvable,
  }: { facts: DescriptionFacts; own: LayOut; render: RenderTemplate; onProvable: () => void },
): LayOut | Refusal {
  switch (layout.kind) {
    case "own":
      return own;
    case "fill":
      return fillTemplate(layout, { facts, own, render, onProvable });
    case "repository":
      return (sections) => layout.render(eachSection((name) => marked(name, sections[name], render)));
    default:
      return layout satisfies never;
  }
}

/** A section with its markers, without a heading. */
function marked(
  name: SectionName,
  content: SafeMarkdown | null,
  render: RenderTemplate,
): SafeMarkdown | null {
  return content === null
    ? null
    : render("pull-request/section", { name: ownWords(name), heading: null, content });
}

/** Whether each section appears only once. The bot can't update one that appears twice. */
function hasUniqueSections(body: SafeMarkdown): boolean {
  return findSections(body).length === markedNames(body).size;
}

function unusable(layout: Layout, fitted: FittedBody | null): Refusal | null {
  if (layout.kind === "own") return null;
  return fitted
    ? {
        code: "template_repeats_sections",
        reason: `${layout.path} has a section twice or inside another one, so the bot uses its own template.`,
        remedy: "Use each section at most once, and none inside another.",
      }
    : {
        code: "template_too_long",
        reason: `${layout.path} is so long that no description fits, so the bot uses its own template.`,
        remedy: "Shorten it: GitHub accepts 65 536 characters in total.",
      };
}
