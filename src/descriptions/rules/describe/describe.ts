import { ownWords, type SafeMarkdown, type SafeValue } from "../../../text/safe.ts";
import { describeChanges } from "./describe-changes.ts";
import { describeClaims } from "./describe-claims.ts";
import { describeFiles } from "./describe-files.ts";
import { describeMerge } from "./describe-merge.ts";
import { describePlan } from "./describe-plan.ts";
import { describeProvenance } from "./describe-provenance.ts";
import { describeRecommendations } from "./describe-recommendations.ts";
import { describeRisk } from "./describe-risk.ts";
import type { DescribeSection } from "./describe-section.ts";
import { describeSiblings } from "./describe-siblings.ts";
import { describeIssues, describeSummary } from "./describe-summary.ts";
import { describeTests } from "./describe-tests.ts";
import type { DescriptionFacts } from "../description-facts.ts";
import { eachSection, type Level, type SectionName } from "../description-sections.ts";
import { wordingFor } from "./wording.ts";

const NOTHING = ownWords("");

/** Fills in one of the templates in `templates/`. */
export type RenderTemplate = (name: string, values: Readonly<Record<string, SafeValue>>) => SafeMarkdown;

/** The text of a section at a level, without heading and markers; empty if it has nothing to say. */
export type Description = (name: SectionName, level: Level) => SafeMarkdown;

export interface Described {
  readonly description: Description;
  /** The sections made so far with other people's text that only GitHub's rendering can prove harmless. */
  readonly provable: ReadonlySet<SectionName>;
}

const DESCRIBED: Readonly<Record<SectionName, DescribeSection>> = {
  summary: describeSummary,
  issues: describeIssues,
  risk: describeRisk,
  claims: describeClaims,
  tests: describeTests,
  how: describeChanges,
  recommendations: describeRecommendations,
  plan: describePlan,
  merge: describeMerge,
  siblings: describeSiblings,
  files: describeFiles,
  provenance: describeProvenance,
  footer: () => () => ({}),
};

/**
 * What every section of a description says. Each section is made on demand, once for each level.
 *
 * @param render fills in `templates/pull-request/sections/<name>.md`
 */
export function describe(facts: DescriptionFacts, render: RenderTemplate): Described {
  const provable = new Set<SectionName>();
  const sections = eachSection((name) =>
    lazily(() =>
      DESCRIBED[name](
        facts,
        wordingFor(facts.policy, () => provable.add(name)),
      ),
    ),
  );
  const texts = new Map<string, SafeMarkdown>();
  const description: Description = (name, level) => {
    const key = `${name} ${level}`;
    const known = texts.get(key);
    if (known !== undefined) return known;
    const values = sections[name]()(level);
    const text = values === null ? NOTHING : render(`pull-request/sections/${name}`, values);
    texts.set(key, text);
    return text;
  };
  return { description, provable };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
