import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  describePlace,
  type QueueEntry,
  queuePlace,
} from "../../../src/pull-requests/record/rules/queue-place.ts";

const entry = (id: string, more: Partial<QueueEntry> = {}): QueueEntry => ({
  id,
  number: null,
  begun: false,
  held: false,
  requestedBy: "tom",
  createdAt: new Date(Number.parseInt(id, 16) * 1000),
  ...more,
});
const open = (id: string, more: Partial<QueueEntry> = {}) =>
  entry(id, { number: Number.parseInt(id, 16), begun: true, ...more });
const ME = entry("9");
const limits = (openPerRepository: number | null, openPerRequester: number | null = null) => ({
  openPerRepository,
  openPerRequester,
});

describe("as many pull requests are open as people want to review", () => {
  test.each<{
    what: string;
    others: QueueEntry[];
    limits: ReturnType<typeof limits>;
    me?: QueueEntry;
    openOnGitHub?: number[];
    place: object | null;
  }>([
    { what: "no limit makes nobody wait", others: [open("1"), open("2")], limits: limits(null), place: null },
    { what: "there is room", others: [open("1")], limits: limits(2), place: null },
    {
      what: "there is none",
      others: [open("1"), open("2")],
      limits: limits(2),
      place: { limit: 2, whose: "repository", open: 2, position: 1 },
    },
    {
      what: "who waits longer comes first",
      others: [open("1"), entry("2"), entry("3")],
      limits: limits(2),
      place: { limit: 2, whose: "repository", open: 1, position: 3 },
    },
    { what: "who came later takes no room", others: [open("1"), entry("a")], limits: limits(2), place: null },
    {
      what: "one that is being opened takes room, whenever it came",
      others: [open("1"), entry("a", { begun: true })],
      limits: limits(2),
      place: { limit: 2, whose: "repository", open: 2, position: 1 },
    },
    {
      what: "one that waits for something else holds nobody up",
      others: [entry("1", { held: true })],
      limits: limits(1),
      place: null,
    },
    {
      what: "who has begun goes before who has not",
      others: [entry("1")],
      me: entry("9", { begun: true }),
      limits: limits(1),
      place: null,
    },
    {
      what: "one that GitHub knows as closed takes none",
      others: [open("1"), open("2")],
      limits: limits(2),
      openOnGitHub: [2],
      place: null,
    },
    {
      what: "another's requests don't count for the requester, in any case",
      others: [open("1"), open("2", { requestedBy: "ines" }), open("3", { requestedBy: "TOM" })],
      limits: limits(null, 2),
      place: { limit: 2, whose: "requester", open: 2, position: 1 },
    },
    {
      what: "nobody's requests are not those of one person",
      others: [open("1", { requestedBy: null }), open("2", { requestedBy: null })],
      me: entry("9", { requestedBy: null }),
      limits: limits(null, 1),
      place: null,
    },
    {
      what: "two of the same moment are told apart by their ids",
      others: [entry("8", { createdAt: ME.createdAt })],
      limits: limits(1),
      place: { limit: 1, whose: "repository", open: 0, position: 2 },
    },
  ])("$what", ({ others, limits, me = ME, openOnGitHub, place }) => {
    const known = openOnGitHub ? new Set(openOnGitHub) : null;
    expect(queuePlace({ entry: me, others, limits, openOnGitHub: known })).toEqual(place);
  });

  test("nobody waits for ever: where there is room for one, one of those that wait is let in, begun or not", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (begun) => {
        const waiting = begun.map((is, index) => entry((index + 1).toString(16), { begun: is }));
        const letIn = waiting.filter((one) => {
          const others = waiting.filter((other) => other !== one);
          return queuePlace({ entry: one, others, limits: limits(1), openOnGitHub: null }) === null;
        });
        expect(letIn).toHaveLength(1);
      }),
    );
  });

  test("of many that are decided about at once, no more are let in than there is room for, the oldest first", () => {
    const queue = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        queue,
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 12 }),
        (ids, opened, limit) => {
          const waiting = ids.map((id) => entry(id.toString(16)));
          const taken = Array.from({ length: opened }, (_, index) => open((600 + index).toString(16)));
          const letIn = waiting.filter((one) => {
            const others = [...taken, ...waiting.filter((other) => other !== one)];
            return queuePlace({ entry: one, others, limits: limits(limit), openOnGitHub: null }) === null;
          });
          const oldest = waiting.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
          const room = Math.max(0, limit - opened);
          expect(new Set(letIn)).toEqual(new Set(oldest.slice(0, room)));
        },
      ),
    );
  });
});

test("the wait is told with its limit, its place and what to do", () => {
  const place = { limit: 2, whose: "repository", open: 2, position: 3 } as const;
  expect(describePlace(place, "octo/hello")).toEqual({
    code: "open_limit_reached",
    reason:
      "octo/hello already has 2 open agent pull requests, its limit. This one is number 3 in the queue.",
    remedy:
      "Merge or close one of them, or raise the limit in .github/orb.yml. The bot opens this one as soon as there is room.",
  });
  expect(describePlace({ ...place, whose: "requester", open: 1 }, "octo/hello").reason).toBe(
    "octo/hello has 1 open agent pull request for the same requester, and its limit is 2. This one is number 3 in the queue.",
  );
});
