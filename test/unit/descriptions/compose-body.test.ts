import { describe, expect, test } from "../../support/testing.ts";
import { composeBody, type Layout } from "../../../src/descriptions/rules/compose-body.ts";
import { SECTIONS, type SectionTexts } from "../../../src/descriptions/rules/description-sections.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import { refreshSections } from "../../../src/descriptions/rules/marked/sections.ts";
import type { Completion } from "../../../src/signals/signal.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { check } from "../github/check-state.ts";
import { descriptionFacts, file, MARKER, render } from "./description-facts.ts";
import { effortOf } from "../../support/effort.ts";
import { longStory, sampled } from "../../support/sample.ts";

/** GitHub accepts 65 536; the bot leaves room for people's additions. */
const BODY_CHARACTERS_MAX = 60_000;
const OVERFLOW_BYTES_MAX = 65_535;
const OWN: Layout = { kind: "own" };

function compose(
  facts = descriptionFacts(),
  { layout = OWN, ...others }: { layout?: Layout; charactersMax?: number; inCheckRun?: boolean } = {},
) {
  return composeBody(facts, { layout, marker: MARKER, render, inCheckRun: true, ...others });
}

function section(body: string, name: string): string {
  const found = findSections(body).find((one) => one.name === name);
  return found ? body.slice(found.contentFrom, found.contentTo).trim() : "not there";
}

/** Lines that grow in a table or a list: the maximum that agents can write, 1 MiB and more. */
function largest(line: string): Partial<Completion> {
  return {
    summary: line.repeat(500_000 / line.length),
    changes: Array.from({ length: 500 }, () => line.repeat(4_000 / line.length)),
    claims: Array.from({ length: 500 }, () => ({
      kind: "tests" as const,
      text: line.repeat(4_000 / line.length),
    })),
    recommendations: Array.from({ length: 500 }, () => ({
      agent: line.repeat(200 / line.length),
      severity: "warning" as const,
      text: line.repeat(4_000 / line.length),
    })),
    agents: Array.from({ length: 500 }, () => ({
      name: line.repeat(200 / line.length),
      model: line.repeat(200 / line.length),
    })),
    issues: Array.from({ length: 500 }, (_, index) => Number.MAX_SAFE_INTEGER - index),
  };
}
const MANY_FILES = Array.from({ length: 3_000 }, (_, index) =>
  file(`${"`".repeat(150)}/${"|".repeat(40)}/${index}`, {
    status: "renamed",
    previousPath: `${"`|".repeat(95)}${index}`,
  }),
);
const LARGEST = descriptionFacts(
  largest("*_[`@a` fixes #3 | <i>&\n"),
  { files: MANY_FILES, risks: Array.from({ length: 100 }, () => "*_[".repeat(300)) },
  {
    plan: { areas: Array.from({ length: 500 }, (_, index) => `**/*${index}*`), steps: [] },
    checks: Array.from({ length: 500 }, (_, index) =>
      check(`test ${"`|".repeat(100)}${index}`, "failed", { required: true }),
    ),
    commits: Array.from({ length: 250 }, () => ({
      sha: "1".repeat(40),
      message: "fixes #9 @a ".repeat(400),
    })),
    disclosure: "*_[".repeat(600),
    notes: Array.from({ length: 100 }, () => ({
      code: "x",
      reason: "*_[".repeat(300),
      remedy: "*_[".repeat(300),
    })),
  },
);

test("a description ends with the marker, after a line with the fingerprint of every section", () => {
  const { body } = compose();
  expect(body.endsWith(`\n${MARKER}`)).toBe(true);
  const line = body.split("\n").at(-2) ?? "";
  expect([...line.matchAll(/([a-z]+)=[0-9a-f]{12}/g)].map(([, name]) => name)).toEqual(
    findSections(body).map(({ name }) => name),
  );
});

test("writing it again from the same facts changes nothing", () => {
  const { body } = compose();
  expect(compose().body).toBe(body);
  expect(refreshSections(body, compose().body)).toBe(body);
});

describe("size", () => {
  test("a text that fits is shown whole, and the overflow is empty", () => {
    expect(compose().overflow).toBeNull();
  });

  test.each(sampled("sizes of the largest description", ["60000", "15000", "8000"], ["60000"]))(
    "the largest description fits in %s characters, and the overflow has what was cut",
    (size) => {
      const charactersMax = Number(size);
      const { body, overflow, problems } = compose(LARGEST, { charactersMax });
      expect(problems).toEqual([]);
      expect(body.length).toBeLessThanOrEqual(charactersMax);
      expect(body.endsWith(MARKER)).toBe(true);
      expect(findSections(body)).toHaveLength(SECTIONS.length);
      expect(Buffer.byteLength(overflow ?? "")).toBeLessThanOrEqual(OVERFLOW_BYTES_MAX);
      // The table of files alone is too long for a check run.
      expect(overflow?.endsWith("_The rest is left out: GitHub allows no more text here._")).toBe(true);
    },
  );

  longStory("a limit below 8 000 characters is refused", () => {
    expect(compose(LARGEST, { charactersMax: 1 }).body.length).toBeLessThanOrEqual(8_000);
  });

  const wordy = descriptionFacts(
    {
      summary: "A summary. ".repeat(400),
      changes: Array.from({ length: 24 }, (_, index) => `Change ${index} ${"word ".repeat(15)}`),
      recommendations: Array.from({ length: 20 }, (_, index) => ({
        agent: "a",
        severity: "info" as const,
        text: `Recommendation ${index} ${"word ".repeat(15)}`,
      })),
    },
    { files: Array.from({ length: 100 }, (_, index) => file(`src/file-${index}.ts`)) },
  );
  const whole = compose(wordy).body;
  test.each([
    { less: -100, cut: [] },
    { less: 1_000, cut: ["files"] },
    { less: 5_500, cut: ["files", "how"] },
    { less: 6_600, cut: ["files", "how", "recommendations"] },
  ])(
    "with $less characters less, these sections are shortened, and whole in the overflow: $cut",
    ({ less, cut }) => {
      const { body, overflow } = compose(wordy, { charactersMax: whole.length - less });
      expect(body.length).toBeLessThanOrEqual(whole.length - less);
      const isCut = (name: string) => section(body, name) !== section(whole, name);
      expect(SECTIONS.filter(isCut).toSorted()).toEqual(cut.toSorted());
      const left = new Map(
        findSections(overflow ?? "").map(({ name }) => [name, section(overflow ?? "", name)]),
      );
      expect(left).toEqual(new Map(SECTIONS.filter(isCut).map((name) => [name, section(whole, name)])));
    },
  );

  test("a section that does not even fit when shortened becomes a sentence, and the marker stays", () => {
    const { body } = compose(LARGEST, { charactersMax: 8_000 });
    expect(section(body, "recommendations")).toMatch(
      /^## What the agents recommend\n\n_Shortened: the full text \(\d+ characters\) is in the check run of Orb bot\._$/,
    );
    expect(body.endsWith(MARKER)).toBe(true);
  });

  test("a section that is shorter than this sentence stays", () => {
    const { body } = compose({ ...LARGEST, plan: { areas: ["src"], steps: [] } }, { charactersMax: 8_000 });
    expect(section(body, "tests")).toBe(
      "## Tests\n\n**No test changes**, although 3000 source files change.",
    );
  });

  test("if the overflow can't hold everything, the most important sections are whole", () => {
    const files = Array.from({ length: 150 }, (_, index) =>
      file(`${"x".repeat(190)}/${index}`, { previousPath: "y".repeat(190) }),
    );
    const facts = { ...LARGEST, analysis: { ...LARGEST.analysis, files } };
    const whole = compose(facts, { charactersMax: 1_000_000 }).body;
    const { body, overflow } = compose(facts, { charactersMax: 8_000 });
    const isWhole = (name: string) =>
      [body, overflow ?? ""].some((text) => section(text, name) === section(whole, name));
    expect(SECTIONS.filter((name) => !isWhole(name))).toEqual(["files"]);
  });

  test("the overflow is limited in bytes: of 150 renames with Japanese paths it has the short list, and says so", () => {
    const files = Array.from({ length: 150 }, (_, index) =>
      file(`${"日本語".repeat(20)}/${index}`, { previousPath: `${"ひらがな".repeat(20)}/${index}` }),
    );
    const facts = { ...LARGEST, analysis: { ...LARGEST.analysis, files } };
    const { overflow } = compose(facts, { charactersMax: 8_000 });
    const bytes = Buffer.byteLength(overflow ?? "");
    expect(bytes).toBeLessThanOrEqual(OVERFLOW_BYTES_MAX);
    expect(bytes).toBeGreaterThan(OVERFLOW_BYTES_MAX / 4);
    expect(overflow).toMatch(/_The rest is left out: GitHub allows no more text here\._$/);
    expect(overflow?.isWellFormed()).toBe(true);
  });

  longStory("without a check run, the description says what is left out", () => {
    const { body } = compose(LARGEST, { charactersMax: 8_000, inCheckRun: false });
    expect(/_Shortened: \d+ characters are left out\._/.test(body)).toBe(true);
    expect(body.includes("check run")).toBe(false);
  });

  const LINES = {
    Markdown: "*_[`@a` fixes #3 | <i>&\n",
    "lists and HTML": "*a* [b](https://c.d) <i> @me fixes #4 `x` \n\n- item\n",
    "plain words": "A plain sentence of some words. ",
    addresses: "https://a.b/c?d=e www.f.g a@b.co ",
    entities: "&amp;&#64;&lt;",
  } as const;

  test.each(sampled("kinds of a long text", Object.keys(LINES) as (keyof typeof LINES)[], ["Markdown"]))(
    "composing the largest description, made of %s, has a bounded cost",
    (kind) => {
      const facts = { ...LARGEST, completion: { ...LARGEST.completion, ...largest(LINES[kind]) } };
      // Many times the cost with compiled code.
      expect(effortOf(() => compose(facts), { atMost: 200 })).toBeLessThan(200);
    },
  );
});

describe("the repository's own layout", () => {
  const words = (render: (sections: SectionTexts) => string): Layout => ({
    kind: "repository",
    path: ".github/orb/feature.md",
    template: "",
    render: (sections) => ownWords(render(sections)),
  });

  test("gets each section with its markers, and decides where it goes", () => {
    const { body, problems } = compose(undefined, {
      layout: words(({ summary, files }) => `# Ours\n\n${summary}\n\nbetween\n\n${files}`),
    });
    expect(problems).toEqual([]);
    expect(body).toMatch(
      /^# Ours\n\n<!-- orb:summary:start -->\n\n_The agents gave no summary\._\n\n<!-- orb:summary:end -->\n\nbetween\n\n<!-- orb:files:start -->/,
    );
    expect(body).toMatch(
      /<!-- orb:written summary=\w{12} files=\w{12} -->\n<!-- orb:pull-request MARKER -->$/,
    );
  });

  test.each([
    {
      name: "that repeats a section",
      layout: words(({ summary }) => `${summary}\n${summary}`),
      code: "template_repeats_sections",
    },
    { name: "that leaves no room", layout: words(() => "x".repeat(60_000)), code: "template_too_long" },
  ])("$name is replaced by ours, and the reason is reported", ({ layout, code }) => {
    const { body, problems } = compose(undefined, { layout });
    expect(body).toBe(compose().body);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.reason).toContain(".github/orb/feature.md");
  });

  test("is filled again with shorter sections until it fits", () => {
    const layout = words((sections) => Object.values(sections).join("\n\n"));
    const { body, overflow, problems } = compose(LARGEST, { layout });
    expect(problems).toEqual([]);
    expect(body.length).toBeLessThanOrEqual(BODY_CHARACTERS_MAX);
    expect(overflow).not.toBeNull();
  });
});
