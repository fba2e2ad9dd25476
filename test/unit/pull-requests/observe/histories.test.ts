import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isSettled } from "../../../../src/pull-requests/observe/rules/answer-order.ts";
import type { Edge } from "../../../../src/pull-requests/hand-back/rules/edge.ts";
import { observe } from "../../../../src/pull-requests/observe/rules/observe.ts";
import type { Seen } from "../../../../src/pull-requests/record/rules/seen.ts";
import { type Answer, arrivals, histories, laggingAnswers } from "./tracked-histories.ts";

const HISTORIES = 10_000;

interface Story {
  readonly stations: readonly Seen[];
  readonly edges: readonly Edge[];
}

function follow(answers: readonly Answer[]): Story {
  const stations: Seen[] = [];
  const edges: Edge[] = [];
  let seen: Seen | null = null;
  for (const [index, { snapshot, askedAt }] of answers.entries()) {
    const now = new Date(askedAt.getTime() + index * 60_000);
    const observation = observe(seen, snapshot, { now, askedAt, written: null, requiredChecks: null });
    seen = observation.seen;
    stations.push(seen);
    edges.push(...observation.edges);
  }
  return { stations, edges };
}

/** What GitHub said, without what was told of it and when we heard: that differs with what arrived first. */
function truthIn({ stations }: Story) {
  const seen = stations.at(-1);
  if (!seen) throw new Error("Nothing was looked at");
  const { told: _told, askedAt: _askedAt, checks, mergeability, ...rest } = seen;
  const { since: _since, untoldFailureSince: _untold, ...verdict } = checks;
  const { asked: _asked, conflict: _conflict, answeredBy: _answer, ...merging } = mergeability;
  return { ...rest, verdict, merging };
}

function expectSoundness({ stations, edges }: Story): void {
  const keys = edges.map(({ key }) => key);
  expect(keys).toEqual([...new Set(keys)]);
  expect(stations.filter((seen, index) => isBroughtBack(stations[index - 1], seen))).toEqual([]);
}

/** Whether one that was over is not any more, without anything having happened since. */
function isBroughtBack(before: Seen | undefined, seen: Seen): boolean {
  if (before?.lifecycle === "merged") return seen.lifecycle !== "merged";
  const isReopened = before?.lifecycle === "closed" && ["draft", "open"].includes(seen.lifecycle);
  return isReopened && seen.updatedAt <= before.updatedAt && !isSettled(seen);
}

test("in whatever order and however often answers arrive: the same is known, nothing told twice, nothing reopened", () => {
  const stories = histories.chain((all) => fc.tuple(fc.constant(all), arrivals(all)));
  fc.assert(
    fc.property(stories, ([asked, arrived]) => {
      const story = follow(arrived);
      expect(truthIn(story)).toEqual(truthIn(follow(asked)));
      expectSoundness(story);
    }),
    { numRuns: HISTORIES },
  );
});

test("where replicas lag, nothing is told twice or reopened, and the same is known once they do not any more", () => {
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
    { numRuns: HISTORIES },
  );
});

/** Where GitHub's last word on merging was `unknown`, what was known before depends on which answers came. */
function known(story: Story, { snapshot }: Answer) {
  const { merging, ...rest } = truthIn(story);
  return snapshot.mergeable === "unknown" ? rest : { ...rest, merging };
}
