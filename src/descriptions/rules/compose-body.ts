import type { Refusal } from "../../errors.ts";
import { needsProof } from "../../text/github-rendering.ts";
import { joined, ownWords, type SafeMarkdown } from "../../text/safe.ts";
import { describe, type RenderTemplate } from "./describe.ts";
import type { DescriptionFacts } from "./description-facts.ts";
import { eachSection, type SectionName, SECTIONS, type SectionTexts } from "./description-sections.ts";
import { fillTemplate } from "./fill-template.ts";
import { fitBody, type FittedBody } from "./fit-body.ts";
import { findSections, markedNames } from "./section-marks.ts";
import { withWrittenLine } from "./sections.ts";

/** GitHub refuses a description of more than 65 536 characters; a person's edits need room too. */
export const BODY_CHARACTERS_MAX = 60_000;
/** With every section a sentence, and the hidden lines. */
const BODY_CHARACTERS_MIN = 8_000;
const PRINT_CHARACTERS = 14;

/** Who says where the sections stand. */
export type Layout =
  /** The repository's own words for the bot, in `.github/orb/`; it is given each section with its markers. */
  | {
      readonly kind: "repository";
      readonly path: string;
      readonly template: string;
      readonly render: (sections: SectionTexts) => SafeMarkdown;
    }
  /** The repository's template for people's pull requests. */
  | { readonly kind: "fill"; readonly path: string; readonly template: string }
  /** Ours for the type of the change. */
  | { readonly kind: "own" };

export interface ComposedBody extends FittedBody {
  /** Why a layout of the repository's is not used. */
  readonly problems: readonly Refusal[];
  /** What holds texts of others of which only GitHub's own rendering can tell that nothing in them is live. */
  readonly provable: {
    readonly sections: ReadonlySet<string>;
    /** The repository's own words between the sections. */
    readonly template: boolean;
  };
}

/**
 * The whole description: sections, the hidden line that remembers them, and the marker.
 *
 * @param marker what proves whose the pull request is: it is never cut
 * @param charactersMax less than `BODY_CHARACTERS_MAX` where GitHub said that it was too long
 * @param inCheckRun whether there is to be a check run, which shows what is cut
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
  const { description, provable } = describe(facts, render);
  const own = (sections: SectionTexts) => render(`pull-request/${facts.analysis.type}`, { sections });
  const hidden = marker.length + SECTIONS.join("").length + SECTIONS.length * PRINT_CHARACTERS + 100;
  const fit = (layout: (sections: SectionTexts) => SafeMarkdown) =>
    fitBody({
      description,
      layout,
      overflowLayout: own,
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
  if (fitted && isSound(fitted.body)) return complete(fitted, { template });
  const ours = fit(own);
  if (!ours) throw new Error("Not even the sentences about the sections fit into a description");
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

/** A section between its markers, without a heading. */
function marked(
  name: SectionName,
  content: SafeMarkdown | null,
  render: RenderTemplate,
): SafeMarkdown | null {
  return content === null
    ? null
    : render("pull-request/section", { name: ownWords(name), heading: null, content });
}

/** Whether each section stands there once, so that it can be brought up to date. */
function isSound(body: SafeMarkdown): boolean {
  return findSections(body).length === markedNames(body).size;
}

function unusable(layout: Layout, fitted: FittedBody | null): Refusal | null {
  if (layout.kind === "own") return null;
  return fitted
    ? {
        code: "template_repeats_sections",
        reason: `${layout.path} holds a section twice or inside of another, so the bot's own words are used.`,
        remedy: "Let each section stand there at most once.",
      }
    : {
        code: "template_too_long",
        reason: `${layout.path} leaves no room for a description, so the bot's own words are used.`,
        remedy: "Shorten it: GitHub takes 65 536 characters in all.",
      };
}
