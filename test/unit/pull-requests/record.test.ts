import { createHmac, generateKeyPairSync, hkdfSync } from "node:crypto";
import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { Marker } from "../../../src/pull-requests/record/marker.ts";
import { renewMarker } from "../../../src/pull-requests/record/rules/marker-line.ts";
import { keyOf } from "../../../src/pull-requests/record/record.ts";
import { ownWords } from "../../../src/text/safe.ts";
import {
  type QueueEntry,
  describePlace,
  openAmong,
  reasonOfPlace,
  queuePlace,
} from "../../../src/pull-requests/record/rules/queue-place.ts";
import { recheckMs } from "../../../src/pull-requests/record/rules/recheck.ts";
import { Secret } from "../../../src/secret.ts";

describe("the marker", () => {
  function newKey(): Secret {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return new Secret(String(privateKey.export({ type: "pkcs8", format: "pem" })));
  }

  const MARKED = { project: "csv-export-1", repositoryId: 7, branch: "agent/csv" };
  const NAMES = ["fjordworks/invoice-kit", "fjordworks/invoices"];
  const key = newKey();
  const marker = new Marker(key);
  const own = marker.of(MARKED);
  const isIn = (body: string, names = NAMES) => marker.isIn(body, MARKED, { names });
  /** As earlier versions wrote it, with that key. */
  const byName = (repository: string) => {
    const mac = new Uint8Array(hkdfSync("sha256", key.reveal(), "", "orb pull request marker", 32));
    const text = keyOf({ ...MARKED, repository });
    return `<!-- orb:pull-request ${createHmac("sha256", mac).update(text).digest("base64url")} -->`;
  };

  test("the marker is one hidden line, always the same, that does not reveal the name", () => {
    expect(own).toMatch(/^<!-- orb:pull-request [A-Za-z0-9_-]{43} -->$/);
    expect(new Marker(key).of(MARKED)).toBe(own);
  });

  test.each([
    ["at the end", `Text\n\n${own}`],
    ["after a person's edit in GitHub's editor", `Text\r\n${own}\r\nmore`],
    ["next to another pull request's marker", `${marker.of({ ...MARKED, branch: "other" })}\n${own}`],
    [
      "after many markers of others",
      `${"<!-- orb:pull-request ".concat("A".repeat(43), " -->\n").repeat(800)}${own}`,
    ],
  ])("its own marker is recognised %s", (_where, body) => {
    expect(isIn(body)).toBe(true);
    expect(isIn(body, [])).toBe(true);
  });

  test("the marker of an earlier version counts under each name that only this repository had, whatever its case", () => {
    expect(isIn(byName("fjordworks/invoice-kit"))).toBe(true);
    expect(isIn(byName("FjordWorks/Invoices"))).toBe(true);
    expect(isIn(byName("fjordworks/other"))).toBe(false);
    expect(isIn(byName("fjordworks/invoices"), ["fjordworks/invoice-kit"])).toBe(false);
  });

  test.each([
    ["another project's", marker.of({ ...MARKED, project: "csv-export-2" })],
    ["another branch's", marker.of({ ...MARKED, branch: "agent/CSV" })],
    ["another repository's", marker.of({ ...MARKED, repositoryId: 8 })],
    ["another key's", new Marker(newKey()).of(MARKED)],
    [
      "one whose parts are split differently",
      marker.of({ project: "csv-export-17", repositoryId: 7, branch: "agent/csv" }),
    ],
    ["a repository's whose name is the id", byName("7")],
    ["a truncated one", own.replace(/.{5}$/, "")],
    ["one without its comment", own.slice(5, -4)],
    ["one with a different letter", own.replace(/(?<=request )./, (first) => (first === "A" ? "B" : "A"))],
    ["one with an extra letter", own.replace(" -->", "A -->")],
    ["one in another alphabet", own.replace(/[A-Za-z0-9_-]{43}/, "é".repeat(43))],
    ["nothing", ""],
  ])("%s is refused", (_what, body) => {
    expect(isIn(body)).toBe(false);
  });

  test("another's body never passes, and no body causes an error", () => {
    const body = fc.array(
      fc.constantFrom("<!-- orb:pull-request ", "A".repeat(43), " -->", "\n", "🐣", "\ud800"),
    );
    fc.assert(fc.property(body, (parts) => expect(isIn(parts.join(""))).toBe(false)));
  });

  test("a new marker takes the place of the old one, and a description without one stays as it is", () => {
    const fresh = ownWords(`New text\n${own}`);
    const old = byName("fjordworks/invoices");
    expect(renewMarker(ownWords(`Mine\n${old}\nand more`), fresh)).toBe(`Mine\n${own}\nand more`);
    expect(renewMarker(ownWords("Mine"), fresh)).toBe("Mine");
    expect(renewMarker(ownWords(`Mine ${own}`), fresh)).toBe(`Mine ${own}`);
  });
});

describe("the queue", () => {
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

  describe("the limit of open pull requests", () => {
    test.each<{
      what: string;
      others: QueueEntry[];
      limits: ReturnType<typeof limits>;
      me?: QueueEntry;
      openOnGitHub?: number[];
      place: object | null;
    }>([
      {
        what: "without a limit nobody waits",
        others: [open("1"), open("2")],
        limits: limits(null),
        place: null,
      },
      { what: "there is room", others: [open("1")], limits: limits(2), place: null },
      {
        what: "there is no room",
        others: [open("1"), open("2")],
        limits: limits(2),
        place: { limit: 2, whose: "repository", open: 2, position: 1 },
      },
      {
        what: "the one that has waited longer comes first",
        others: [open("1"), entry("2"), entry("3")],
        limits: limits(2),
        place: { limit: 2, whose: "repository", open: 1, position: 3 },
      },
      {
        what: "one that came later takes no room",
        others: [open("1"), entry("a")],
        limits: limits(2),
        place: null,
      },
      {
        what: "one that is being opened takes room, even if it came later",
        others: [open("1"), entry("a", { begun: true })],
        limits: limits(2),
        place: { limit: 2, whose: "repository", open: 2, position: 1 },
      },
      {
        what: "one that waits for something else blocks nobody",
        others: [entry("1", { held: true })],
        limits: limits(1),
        place: null,
      },
      {
        what: "one that has begun comes before one that has not",
        others: [entry("1")],
        me: entry("9", { begun: true }),
        limits: limits(1),
        place: null,
      },
      {
        what: "one that GitHub knows as closed takes no room",
        others: [open("1"), open("2")],
        limits: limits(2),
        openOnGitHub: [2],
        place: null,
      },
      {
        what: "requests of others don't count for the requester, in any case of letters",
        others: [open("1"), open("2", { requestedBy: "ines" }), open("3", { requestedBy: "TOM" })],
        limits: limits(null, 2),
        place: { limit: 2, whose: "requester", open: 2, position: 1 },
      },
      {
        what: "requests without a requester do not belong to one person",
        others: [open("1", { requestedBy: null }), open("2", { requestedBy: null })],
        me: entry("9", { requestedBy: null }),
        limits: limits(null, 1),
        place: null,
      },
      {
        what: "two of the same time are ordered by their ids",
        others: [entry("8", { createdAt: ME.createdAt })],
        limits: limits(1),
        place: { limit: 1, whose: "repository", open: 0, position: 2 },
      },
    ])("$what", ({ others, limits, me = ME, openOnGitHub, place }) => {
      const known = openOnGitHub ? new Set(openOnGitHub) : null;
      expect(queuePlace({ entry: me, others, limits, openOnGitHub: known })).toEqual(place);
    });

    test.each([
      { listed: [], open: [] },
      { listed: [9, 3], open: [9, 3] },
      // There was no room for older ones.
      { listed: [9, 8, 7], open: [9, 8, 7, 3, 1] },
    ])("of 1, 3, 7 and 8 and those that GitHub lists as $listed, $open are open", ({ listed, open }) => {
      const others = [1, 3, 7, 8, null].map((number) => ({ number }));
      expect(openAmong(others, { listed, listedMax: 3 })).toEqual(new Set(open));
    });

    test("nobody waits for ever: if there is room, one waiting pull request is let in, begun or not", () => {
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

    test("of many concurrent decisions, only as many are let in as there is room for, the oldest first", () => {
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

  test("the refusal names the limit, the place in the queue and what to do", () => {
    const place = { limit: 2, whose: "repository", open: 2, position: 3 } as const;
    expect(describePlace(place, { repository: "octo/hello", file: ".github/orb.yml" })).toEqual({
      code: "open_limit_reached",
      reason:
        "octo/hello already has 2 open agent pull requests, its limit. This one is number 3 in the queue.",
      remedy:
        "Merge or close one of them, or raise the limit in .github/orb.yml. The bot opens this one as soon as there is room.",
    });
    expect(reasonOfPlace({ ...place, whose: "requester", open: 1 }, "octo/hello")).toBe(
      "octo/hello has 1 open agent pull request for the same requester, and its limit is 2. This one is number 3 in the queue.",
    );
  });
});

describe("checking again", () => {
  const MINUTE_MS = 60_000;

  test.each([
    { code: "on_hold", position: undefined, ms: 10 * MINUTE_MS },
    { code: "open_limit_reached", position: 1, ms: MINUTE_MS },
    { code: "open_limit_reached", position: 4, ms: 4 * MINUTE_MS },
    { code: "open_limit_reached", position: 5_000, ms: 15 * MINUTE_MS },
    { code: "no_changes", position: undefined, ms: null },
    { code: "toString", position: undefined, ms: null },
  ])("$code at place $position is checked again after $ms ms", ({ code, position, ms }) => {
    expect(recheckMs(code, position)).toBe(ms);
  });

  test("five hundred waiting pull requests stay within GitHub's hourly limit of requests", () => {
    const looks = Array.from({ length: 500 }, (_, index) => recheckMs("open_limit_reached", index + 1) ?? 0);
    expect(looks.reduce((sum, ms) => sum + (60 * MINUTE_MS) / ms, 0)).toBeLessThan(2_500);
  });

  test.each(["bot_disabled", "no_changes", "constructor", "__proto__", ""])(
    "a refusal that somebody has to fix is not checked again: %j",
    (code) => {
      expect(recheckMs(code)).toBeNull();
    },
  );
});
