import { describe, expect, test } from "../../../support/testing.ts";
import { sampledInputs } from "../../../support/sample.ts";
import * as fc from "fast-check";
import type { Edge } from "../../../../src/pull-requests/hand-back/rules/edge.ts";
import { isSettled } from "../../../../src/pull-requests/observe/rules/answer-order.ts";
import { nextLookMs } from "../../../../src/pull-requests/observe/rules/next-look.ts";
import { observe } from "../../../../src/pull-requests/observe/rules/observe.ts";
import { looksApartMs, whenToLookMs } from "../../../../src/pull-requests/observe/rules/when-to-look.ts";
import type { Seen } from "../../../../src/pull-requests/record/rules/seen.ts";
import { PACE } from "../../../../src/work/pace.ts";
import { LOOKED_AT, minutesLater, seen } from "./seen.ts";
import { snapshot } from "./snapshot.ts";
import { type Answer, arrivals, histories, laggingAnswers } from "./tracked-histories.ts";

describe("after an event", () => {
  const NOW = new Date("2026-01-05T09:00:00Z");
  const CONTEXT = { now: NOW, askedAt: NOW, written: null, requiredChecks: null };
  const { seen } = observe(null, snapshot({ mergeable: "mergeable" }), CONTEXT);
  const QUIET = { seen, moved: false, missed: false };
  const AT = { now: NOW, random: 0.5, apartMs: 1_000, pace: PACE };
  const HOUR_MS = 3_600_000;

  /** The times of all looks within an hour with an event every `everyMs`. */
  function looksOf(everyMs: number): Date[] {
    const looks: Date[] = [];
    for (let atMs = NOW.getTime(); atMs < NOW.getTime() + HOUR_MS;) {
      const at = new Date(atMs);
      looks.push(at);
      atMs += Math.max(everyMs, looksApartMs(looks, at, PACE));
    }
    return looks;
  }

  test("an event leads to a look within a second, except in an endless stream of events", () => {
    expect(looksApartMs([], NOW, PACE)).toBe(1_000);
    const lively = looksOf(20_000);
    expect(lively.length).toBe(HOUR_MS / 20_000);
    expect(looksApartMs(lively, lively.at(-1) ?? NOW, PACE)).toBe(1_000);
    expect(looksOf(0).length).toBeLessThan(270);
  });

  describe("a pull request is looked at again", () => {
    test("a second after a look, if something happened meanwhile: a storm of events causes few looks", () => {
      expect(whenToLookMs({ ...QUIET, moved: true }, AT)).toBe(1_000);
    });

    test("soon, if an event reported something that was not visible yet", () => {
      expect(whenToLookMs({ ...QUIET, missed: true }, AT)).toBe(15_000);
    });

    test("within the hour, without any event", () => {
      expect(whenToLookMs(QUIET, AT)).toBeLessThanOrEqual(HOUR_MS);
      expect(whenToLookMs(QUIET, AT)).toBeGreaterThan(HOUR_MS / 2);
    });

    test("soon after it was opened", () => {
      expect(whenToLookMs({ ...QUIET, seen: null }, AT)).toBe(5_000);
    });
  });

  test("a finished pull request is not looked at again unless something happens to it", () => {
    const over = { ...QUIET, seen: { ...seen, lifecycle: "merged" as const } };
    expect(whenToLookMs(over, AT)).toBeNull();
    expect(whenToLookMs({ ...over, missed: true }, AT)).toBeNull();
    expect(whenToLookMs({ ...over, moved: true }, AT)).toBe(1_000);
  });
});

describe("without an event", () => {
  const HOUR_MS = 3_600_000;
  const next = (known: Seen, { now = LOOKED_AT, random = 0.5 } = {}) =>
    nextLookMs(known, { now, random, pace: PACE });

  test("an open pull request is looked at within the hour, each at a different time", () => {
    expect(next(seen(), { random: 0 })).toBe(0.75 * HOUR_MS);
    expect(next(seen(), { random: 0.999 })).toBeGreaterThan(0.99 * HOUR_MS);
  });

  test.each([
    { asked: 1, seconds: 5 },
    { asked: 2, seconds: 10 },
    { asked: 3, seconds: 15 },
    { asked: 10, seconds: 50 },
  ])(
    "after $asked answers without mergeability, GitHub is asked again in $seconds s",
    ({ asked, seconds }) => {
      expect(next(seen({ mergeability: { asked, stale: true } }))).toBe(seconds * 1_000);
    },
  );

  test("GitHub is not asked for ever", () => {
    expect(next(seen({ mergeability: { asked: 11, stale: true } }))).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
  });

  test("an unreported failure is looked at when it is ten minutes old", () => {
    const failing = seen({ checks: { verdict: "pending", untoldFailureSince: LOOKED_AT } });
    expect(next(failing, { now: minutesLater(4) })).toBe(6 * 60_000);
    expect(next(failing, { now: new Date(minutesLater(10).getTime() - 200) })).toBe(1_000);
  });

  test("a draft without checks is looked at when it is clear that it has none", () => {
    const draft = seen({ lifecycle: "draft", checks: { verdict: "none", since: LOOKED_AT } });
    expect(next(draft, { now: minutesLater(4) })).toBe(6 * 60_000);
    expect(next(draft, { now: minutesLater(11) })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
    const unread = { ...draft, checks: { ...draft.checks, unread: true } };
    expect(next(unread, { now: minutesLater(4) })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
    expect(next({ ...draft, lifecycle: "open" })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
  });

  test("a merged pull request is not looked at again", () => {
    expect(next(seen({ lifecycle: "merged", mergeability: { asked: 1 } }))).toBeNull();
  });

  test("a closed pull request is not looked at again once no stale replica could hide a reopening", () => {
    const closed = seen({ lifecycle: "closed", updatedAt: LOOKED_AT });
    expect(next(closed)).toBe(2 * 60_000);
    expect(next({ ...closed, askedAt: minutesLater(2) })).toBeNull();
  });

  test("the next look is never sooner than a second and never later than an hour", () => {
    const known = fc.record({
      asked: fc.nat({ max: 20 }),
      failedMinutes: fc.option(fc.integer({ min: -100, max: 100 })),
      lifecycle: fc.constantFrom("open" as const, "draft" as const),
    });
    fc.assert(
      fc.property(
        known,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ asked, failedMinutes, lifecycle }, random) => {
          const untoldFailureSince = failedMinutes === null ? null : minutesLater(failedMinutes);
          const ms = next(seen({ lifecycle, mergeability: { asked }, checks: { untoldFailureSince } }), {
            random,
          });
          expect(ms).toBeGreaterThanOrEqual(1_000);
          expect(ms).toBeLessThanOrEqual(HOUR_MS);
        },
      ),
    );
  });
});

describe("any history", () => {
  const HISTORIES = { all: 40_000, sample: 1_000 };

  interface Story {
    readonly sightings: readonly Seen[];
    readonly edges: readonly Edge[];
  }

  function follow(answers: readonly Answer[]): Story {
    const sightings: Seen[] = [];
    const edges: Edge[] = [];
    let seen: Seen | null = null;
    for (const [index, { snapshot, askedAt }] of answers.entries()) {
      const now = new Date(askedAt.getTime() + index * 60_000);
      const observation = observe(seen, snapshot, { now, askedAt, written: null, requiredChecks: null });
      seen = observation.seen;
      sightings.push(seen);
      edges.push(...observation.edges);
    }
    return { sightings, edges };
  }

  /** GitHub's facts, without reports and times, which depend on the order of arrival. */
  function truthIn({ sightings }: Story) {
    const seen = sightings.at(-1);
    if (!seen) throw new Error("Nothing was looked at");
    const { told: _told, askedAt: _askedAt, checks, mergeability, ...rest } = seen;
    const { since: _since, untoldFailureSince: _untold, ...verdict } = checks;
    const { asked: _asked, conflict: _conflict, answeredBy: _answer, ...merging } = mergeability;
    return { ...rest, verdict, merging };
  }

  function expectSoundness({ sightings, edges }: Story): void {
    const keys = edges.map(({ key }) => key);
    expect(keys).toEqual([...new Set(keys)]);
    expect(sightings.filter((seen, index) => isBroughtBack(sightings[index - 1], seen))).toEqual([]);
  }

  /** Whether a finished pull request came back although nothing has happened since. */
  function isBroughtBack(before: Seen | undefined, seen: Seen): boolean {
    if (before?.lifecycle === "merged") return seen.lifecycle !== "merged";
    const isReopened = before?.lifecycle === "closed" && ["draft", "open"].includes(seen.lifecycle);
    return isReopened && seen.updatedAt <= before.updatedAt && !isSettled(seen);
  }

  test("answers in any order, some repeated: the same facts, no report twice, nothing reopened", () => {
    const stories = histories.chain((all) => fc.tuple(fc.constant(all), arrivals(all)));
    fc.assert(
      fc.property(stories, ([asked, arrived]) => {
        const story = follow(arrived);
        expect(truthIn(story)).toEqual(truthIn(follow(asked)));
        expectSoundness(story);
      }),
      sampledInputs(HISTORIES),
    );
  });

  test("with stale replicas nothing is reported twice or reopened, and the facts are the same once they have caught up", () => {
    const stories = histories.chain((all) => fc.tuple(fc.constant(all), laggingAnswers(all)));
    fc.assert(
      fc.property(stories, ([asked, lagging]) => {
        const story = follow(lagging);
        const truth = asked.at(-1);
        if (!truth) throw new Error("Nothing was asked");
        const latest = { ...truth, askedAt: lagging.at(-1)?.askedAt ?? truth.askedAt };
        expect(known(story, truth)).toEqual(known(follow([latest]), truth));
        expectSoundness(story);
      }),
      sampledInputs(HISTORIES),
    );
  });

  /** If GitHub's last answer about merging was `unknown`, the known state depends on which answers arrived. */
  function known(story: Story, { snapshot }: Answer) {
    const { merging, ...rest } = truthIn(story);
    return snapshot.mergeable === "unknown" ? rest : { ...rest, merging };
  }
});
