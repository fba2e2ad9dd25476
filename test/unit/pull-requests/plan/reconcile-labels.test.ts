import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type LabelFacts,
  reconcileLabels,
} from "../../../../src/pull-requests/plan/rules/reconcile-labels.ts";

const NOTHING: LabelFacts = { desired: [], current: [], ours: [], pending: [], declined: [] };
const NO_PLAN = { add: [], remove: [], ours: [], declined: [] };

test.each<{ title: string; facts: Partial<LabelFacts>; plan: object }>([
  { title: "what is missing is added", facts: { desired: ["a"] }, plan: { add: ["a"], ours: ["a"] } },
  {
    title: "what is no longer deserved is taken off",
    facts: { desired: ["b"], current: ["a"], ours: ["a"] },
    plan: { add: ["b"], remove: ["a"], ours: ["b"] },
  },
  {
    title: "what is there stays",
    facts: { desired: ["a"], current: ["a"], ours: ["a"] },
    plan: { ours: ["a"] },
  },
  {
    title: "what a person took off is not put on again",
    facts: { desired: ["a"], ours: ["a"] },
    plan: { declined: ["a"] },
  },
  {
    title: "nor later on",
    facts: { desired: ["a"], declined: ["a"] },
    plan: { declined: ["a"] },
  },
  {
    title: "what a person put on is theirs, though it is deserved",
    facts: { desired: ["a"], current: ["a"] },
    plan: { declined: ["a"] },
  },
  {
    title: "what a person put on stays, though it is not deserved",
    facts: { current: ["a"] },
    plan: { declined: ["a"] },
  },
  {
    title: "what an interrupted run set out to add and did is the bot's",
    facts: { desired: ["b"], current: ["a"], pending: ["a"] },
    plan: { add: ["b"], remove: ["a"], ours: ["b"] },
  },
  {
    title: "what it set out to add and did not is still to be added",
    facts: { desired: ["a"], pending: ["a"] },
    plan: { add: ["a"], ours: ["a"] },
  },
  {
    title: "what it set out to take off and did was not taken off by a person",
    facts: { desired: ["a"], ours: ["a"], pending: ["a"] },
    plan: { add: ["a"], ours: ["a"] },
  },
  {
    title: "names ignore case",
    facts: { desired: ["A", "b", "C"], current: ["a", "X"], ours: ["A", "x", "c"] },
    plan: { add: ["b"], remove: ["X"], ours: ["A", "b"], declined: ["c"] },
  },
  {
    title: "a name that is desired twice is added once",
    facts: { desired: ["a", "A"] },
    plan: { add: ["a"], ours: ["a"] },
  },
  {
    title: "another type that a person chose wins",
    facts: { desired: ["type: fix", "a"], current: ["Type: bug"] },
    plan: { add: ["a"], ours: ["a"], declined: ["Type: bug"] },
  },
  {
    title: "and the bot's, where it is there, is left alone too",
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

test("of what is left to people, the latest 1 000 names are kept", () => {
  const declined = Array.from({ length: 1_000 }, (_, index) => `old ${index}`);
  const plan = reconcileLabels({ ...NOTHING, declined, current: ["new"] });
  expect(plan.declined).toEqual([...declined.slice(1), "new"]);
});

/** A pull request as it is on GitHub, what the bot keeps of it, and what people did last to each label. */
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

  /** @param done how many of the additions and removals are carried out before the process dies; all where it lives */
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

describe("whatever people and the bot do, one after the other", () => {
  const LABELS = ["a", "b", "c", "type: fix", "type: docs", "size: S", "size: M"];
  const label = fc.constantFrom(...LABELS);
  const step = fc.record({
    people: fc.uniqueArray(label, { maxLength: 3 }),
    desired: fc.uniqueArray(label),
    dies: fc.option(fc.nat(4), { nil: LABELS.length }),
  });
  const history = fc.array(step, { maxLength: 12 });

  test("a person's last word on a label stands, and a second run changes nothing", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const story = new Story();
        for (const { people, desired, dies } of steps) {
          // What they do to a label that the bot was about to touch can't be told from what the bot did.
          for (const label of people) if (!story.pending.includes(label)) story.person(label);
          story.run(desired, dies);
          for (const [label, word] of story.lastWords) expect(story.labels.has(label)).toBe(word === "on");
          if (dies < LABELS.length) story.run(desired, LABELS.length);
          const facts = { desired, current: [...story.labels], pending: [], ...story.kept };
          expect(reconcileLabels(facts)).toEqual({ add: [], remove: [], ...story.kept });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("what nobody has touched is what the change deserves", () => {
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
      { numRuns: 2_000 },
    );
  });
});
