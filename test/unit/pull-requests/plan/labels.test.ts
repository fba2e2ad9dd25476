import { describe, expect, test } from "../../../support/testing.ts";
import { sampledInputs } from "../../../support/sample.ts";
import * as fc from "fast-check";
import type { Area } from "../../../../src/changes/rules/areas.ts";
import { CHANGE_TYPES } from "../../../../src/changes/rules/change-type.ts";
import { areaLabel, areaLook, labelName } from "../../../../src/changes/rules/label-catalogue.ts";
import { SIZES } from "../../../../src/changes/rules/size.ts";
import { labelsFor } from "../../../../src/pull-requests/plan/rules/labels.ts";
import {
  type LabelFacts,
  reconcileLabels,
} from "../../../../src/pull-requests/plan/rules/reconcile-labels.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";

describe("the labels of a change", () => {
  const ALL = DEFAULT_SETTINGS.labels;
  const area = (label: string): Area => ({ name: label, label, paths: [] });
  const ANALYSIS = {
    type: "fix",
    size: { size: "S", lines: 20, linesLeftOut: 0 },
    areas: [area("area: api")],
    risks: ["It changes migrations: a.sql."],
  } as const;

  function names(
    analysis: Parameters<typeof labelsFor>[0],
    enabled: Parameters<typeof labelsFor>[1],
    { conflicting = false } = {},
  ) {
    return labelsFor(analysis, enabled, { conflicting }).map(({ name }) => name);
  }

  test("a change has one label for each known property", () => {
    expect(names(ANALYSIS, ALL)).toEqual(["ai-generated", "type: fix", "size: S", "risk: high", "area: api"]);
  });

  test("a conflict with the base has a label", () => {
    expect(names(ANALYSIS, ALL, { conflicting: true })).toContain("merge conflict");
  });

  test("without a risk there is no risk label", () => {
    expect(names({ ...ANALYSIS, risks: [] }, ALL)).not.toContain("risk: high");
  });

  test.each([
    ["aiGenerated", "ai-generated"],
    ["type", "type: fix"],
    ["size", "size: S"],
    ["risk", "risk: high"],
  ] as const)("a repository can do without %s", (kind, name) => {
    expect(names(ANALYSIS, ALL)).toContain(name);
    expect(names(ANALYSIS, { ...ALL, [kind]: false })).not.toContain(name);
  });

  test("labels that are the same for GitHub count once, and an empty name is left out", () => {
    const areas = [area("Backend"), area("backend"), area("TYPE: fix"), area("")];
    const all = names({ ...ANALYSIS, areas }, ALL);
    expect(all).toEqual(["ai-generated", "type: fix", "size: S", "risk: high", "Backend"]);
  });

  const LOOKS = CHANGE_TYPES.flatMap((type) =>
    SIZES.flatMap((size) =>
      labelsFor({ ...ANALYSIS, type, size: { ...ANALYSIS.size, size } }, ALL, { conflicting: true }),
    ),
  );

  test.each([...new Map(LOOKS.map((look) => [look.name, look])).values()])(
    "GitHub accepts the label $name unchanged",
    ({ name, color, description }) => {
      expect(color).toMatch(/^[0-9a-f]{6}$/);
      // https://docs.github.com/en/rest/issues/labels#create-a-label
      expect(name.length).toBeLessThanOrEqual(50);
      expect(description.length).toBeLessThanOrEqual(100);
    },
  );

  test("each type and size has its label, and each other label exists once", () => {
    expect(new Set(LOOKS.map(({ name }) => name)).size).toBe(CHANGE_TYPES.length + SIZES.length + 4);
  });

  test("an area's label has the area's name and always looks the same", () => {
    expect(areaLabel("api")).toBe("area: api");
    expect(areaLook("area: api")).toEqual(areaLook("area: api"));
    expect(areaLook("area: api")).toMatchObject({ name: "area: api", description: "Changes api" });
  });

  test("GitHub accepts the label of any area, and two areas with the same beginning keep two labels", () => {
    const name = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(name, (name) => {
        const look = areaLook(areaLabel(name));
        expect(look.name.length).toBeLessThanOrEqual(50);
        expect(look.description.length).toBeLessThanOrEqual(100);
        expect(look.color).toMatch(/^[0-9a-f]{6}$/);
        expect(look.description).not.toMatch(/[\ud800-\udfff]/);
        expect(look.name.isWellFormed() && !/[\n\r\t]/.test(look.name)).toBe(true);
      }),
    );
    for (let length = 0; length < 20; length++) {
      expect(labelName("a".repeat(length) + "😀".repeat(40)).isWellFormed()).toBe(true);
    }
    const long = "a name that is so long that it does not fit in a label, the";
    expect(labelName(`${long} first`)).toMatch(/^a name that is so long.*…[0-9a-z]+$/);
    expect(labelName(`${long} first`)).not.toBe(labelName(`${long} second`));
  });
});

describe("labels of people and the bot", () => {
  const NOTHING: LabelFacts = { desired: [], current: [], ours: [], pending: [], declined: [] };
  const NO_PLAN = { add: [], remove: [], ours: [], declined: [] };

  test.each<{ title: string; facts: Partial<LabelFacts>; plan: object }>([
    { title: "a missing label is added", facts: { desired: ["a"] }, plan: { add: ["a"], ours: ["a"] } },
    {
      title: "a label that no longer applies is removed",
      facts: { desired: ["b"], current: ["a"], ours: ["a"] },
      plan: { add: ["b"], remove: ["a"], ours: ["b"] },
    },
    {
      title: "an existing label stays",
      facts: { desired: ["a"], current: ["a"], ours: ["a"] },
      plan: { ours: ["a"] },
    },
    {
      title: "a label that a person removed is not added again",
      facts: { desired: ["a"], ours: ["a"] },
      plan: { declined: ["a"] },
    },
    {
      title: "and not later either",
      facts: { desired: ["a"], declined: ["a"] },
      plan: { declined: ["a"] },
    },
    {
      title: "a label that a person added is theirs, even if it applies",
      facts: { desired: ["a"], current: ["a"] },
      plan: { declined: ["a"] },
    },
    {
      title: "a label that a person added stays, even if it does not apply",
      facts: { current: ["a"] },
      plan: { declined: ["a"] },
    },
    {
      title: "a label that an interrupted run added is the bot's",
      facts: { desired: ["b"], current: ["a"], pending: ["a"] },
      plan: { add: ["b"], remove: ["a"], ours: ["b"] },
    },
    {
      title: "a label that it did not add yet is added now",
      facts: { desired: ["a"], pending: ["a"] },
      plan: { add: ["a"], ours: ["a"] },
    },
    {
      title: "a label that it removed was not removed by a person",
      facts: { desired: ["a"], ours: ["a"], pending: ["a"] },
      plan: { add: ["a"], ours: ["a"] },
    },
    {
      title: "names are case-insensitive",
      facts: { desired: ["A", "b", "C"], current: ["a", "X"], ours: ["A", "x", "c"] },
      plan: { add: ["b"], remove: ["X"], ours: ["A", "b"], declined: ["c"] },
    },
    {
      title: "a label requested twice is added once",
      facts: { desired: ["a", "A"] },
      plan: { add: ["a"], ours: ["a"] },
    },
    {
      title: "another type that a person chose wins",
      facts: { desired: ["type: fix", "a"], current: ["Type: bug"] },
      plan: { add: ["a"], ours: ["a"], declined: ["Type: bug"] },
    },
    {
      title: "and the bot's own type, if it is there, is left alone too",
      facts: { desired: ["size: M"], current: ["size: S", "size: XL"], ours: ["size: S"] },
      plan: { ours: ["size: S"], declined: ["size: XL"] },
    },
    {
      title: "a person's area wins over nothing",
      facts: { desired: ["area: a"], current: ["area: b"] },
      plan: { add: ["area: a"], ours: ["area: a"], declined: ["area: b"] },
    },
  ])("$title", ({ facts, plan }) => {
    expect(reconcileLabels({ ...NOTHING, ...facts })).toEqual({ ...NO_PLAN, ...plan });
  });

  test("a pull request has at most 100 labels, and people's come first", () => {
    const theirs = Array.from({ length: 98 }, (_, index) => `theirs ${index}`);
    const facts = { ...NOTHING, desired: ["a", "b", "c"], current: [...theirs, "old"], ours: ["old"] };
    expect(reconcileLabels(facts)).toMatchObject({ add: ["a", "b"], remove: ["old"], ours: ["a", "b"] });
    expect(reconcileLabels({ ...facts, current: [...theirs, "x", "y", "z"], ours: [] }).add).toEqual([]);
  });

  test("the latest 1 000 labels decided by people are remembered", () => {
    const declined = Array.from({ length: 1_000 }, (_, index) => `old ${index}`);
    const plan = reconcileLabels({ ...NOTHING, declined, current: ["new"] });
    expect(plan.declined).toEqual([...declined.slice(1), "new"]);
  });

  /** A pull request on GitHub, the bot's record of it, and the last action of people on each label. */
  class Story {
    readonly labels = new Set<string>();
    readonly lastWords = new Map<string, "on" | "off">();
    kept = { ours: [] as readonly string[], declined: [] as readonly string[] };
    pending: readonly string[] = [];

    person(label: string): void {
      const isOn = this.labels.has(label);
      if (isOn) this.labels.delete(label);
      else this.labels.add(label);
      this.lastWords.set(label, isOn ? "off" : "on");
    }

    /** @param done how many additions and removals are carried out before the process dies; all if it survives */
    run(desired: readonly string[], done: number): void {
      const facts = { desired, current: [...this.labels], pending: this.pending, ...this.kept };
      const { add, remove, ...kept } = reconcileLabels(facts);
      const deeds = [
        ...add.map((label) => ({ label, deed: () => this.labels.add(label) })),
        ...remove.map((label) => ({ label, deed: () => this.labels.delete(label) })),
      ];
      for (const { deed } of deeds.slice(0, done)) deed();
      const dies = done < deeds.length;
      this.pending = dies ? deeds.map(({ label }) => label) : [];
      if (!dies) this.kept = kept;
    }
  }

  describe("after any actions of people and the bot", () => {
    const LABELS = ["a", "b", "c", "type: fix", "type: docs", "size: S", "size: M"];
    const label = fc.constantFrom(...LABELS);
    const step = fc.record({
      people: fc.uniqueArray(label, { maxLength: 3 }),
      desired: fc.uniqueArray(label),
      dies: fc.option(fc.nat(4), { nil: LABELS.length }),
    });
    const history = fc.array(step, { maxLength: 12 });

    test("a person's last decision about a label stands, and a second run changes nothing", () => {
      fc.assert(
        fc.property(history, (steps) => {
          const story = new Story();
          for (const { people, desired, dies } of steps) {
            // A person's change to a label that the bot was about to change looks the same as the bot's own.
            for (const label of people) if (!story.pending.includes(label)) story.person(label);
            story.run(desired, dies);
            for (const [label, word] of story.lastWords) expect(story.labels.has(label)).toBe(word === "on");
            if (dies < LABELS.length) story.run(desired, LABELS.length);
            const facts = { desired, current: [...story.labels], pending: [], ...story.kept };
            expect(reconcileLabels(facts)).toEqual({ add: [], remove: [], ...story.kept });
          }
        }),
        sampledInputs({ all: 2_000 }),
      );
    });

    test("labels that nobody changed are those that apply", () => {
      fc.assert(
        fc.property(history, (steps) => {
          const story = new Story();
          for (const { people, desired } of steps) {
            for (const label of people) story.person(label);
            story.run(desired, LABELS.length);
            for (const label of ["a", "b", "c"].filter((label) => !story.lastWords.has(label))) {
              expect(story.labels.has(label)).toBe(desired.includes(label));
            }
          }
        }),
        sampledInputs({ all: 2_000 }),
      );
    });
  });
});
