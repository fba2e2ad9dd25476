import type { SectionName } from "../description-sections.ts";

/** What a heading of a repository's template asks for. */
export type TemplateRole =
  | { readonly asks: "sections"; readonly sections: readonly SectionName[] }
  /** Something that a heading above already answers. */
  | { readonly asks: "answered" }
  | { readonly asks: "kind" | "screenshots" | "other" };

interface Rule {
  readonly words: readonly string[];
  readonly asks: "kind" | "screenshots" | "other" | readonly SectionName[];
}

// The first rule that has a word of the heading wins, if its sections are not placed yet: "Description of the changes"
// gets the summary, and "Changes" below it gets how it was done.
const RULES: readonly Rule[] = [
  { words: ["type", "types", "kind"], asks: "kind" },
  { words: ["breaking", "checklist", "release", "changelog", "deployment", "migration"], asks: "other" },
  {
    words: ["test", "tests", "tested", "testing", "qa", "verification", "verify", "verified", "validation"],
    asks: ["tests", "claims"],
  },
  { words: ["risk", "risks", "impact"], asks: ["risk"] },
  {
    words: ["related", "issue", "issues", "fixes", "closes", "ticket", "tickets", "linked", "references"],
    asks: ["issues"],
  },
  { words: ["screenshot", "screenshots", "recording", "recordings", "video", "videos"], asks: "screenshots" },
  {
    words: "description summary what why motivation context overview purpose background about reason".split(
      " ",
    ),
    asks: ["summary"],
  },
  {
    words: "how change changes changed approach implementation solution details".split(" "),
    asks: ["how"],
  },
];

/** What each heading asks for, each section at most once. If no heading asks for issues, they follow the summary. */
export function templateRoles(headings: readonly (string | null)[]): TemplateRole[] {
  const placed = new Set<SectionName>();
  const roles = headings.map((heading): TemplateRole => {
    const words = (heading ?? "").toLowerCase().split(/[^a-z]+/);
    const rules = RULES.filter((rule) => rule.words.some((word) => words.includes(word)));
    for (const { asks } of rules) {
      if (typeof asks === "string") return { asks };
      const sections = asks.filter((name) => !placed.has(name));
      if (sections.length === 0) continue;
      for (const name of sections) placed.add(name);
      return { asks: "sections", sections };
    }
    return { asks: rules.length > 0 ? "answered" : "other" };
  });
  return placed.has("issues") ? roles : roles.map(withIssues);
}

function withIssues(role: TemplateRole): TemplateRole {
  if (role.asks !== "sections" || !role.sections.includes("summary")) return role;
  return { asks: "sections", sections: [...role.sections, "issues"] };
}
