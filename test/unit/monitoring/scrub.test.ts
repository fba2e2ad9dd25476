import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { isDsn } from "../../../src/monitoring/rules/dsn.ts";
import { scrubEnvelope } from "../../../src/monitoring/rules/scrub-envelope.ts";
import { scrubText } from "../../../src/monitoring/rules/scrub-text.ts";
import { WindowBudget } from "../../../src/monitoring/sentry/window-budget.ts";
import { effortOf } from "../../support/effort.ts";
import { sampledInputs } from "../../support/sample.ts";

const OURS = { secrets: ["our own secret", "short"], root: "/srv/orb" };
/** Of a text of the greatest length that is read. */
const EFFORT_MAX = 20;
const LONG = "w".repeat(81);

describe("a text that leaves", () => {
  test.each([
    [
      "nothing to hide",
      "Cannot read properties of undefined (reading 'id')",
      "Cannot read properties of undefined (reading 'id')",
    ],
    [
      "a secret of the settings",
      "bad our own secret, twice: our own secret",
      "bad [redacted], twice: [redacted]",
    ],
    ["a secret too short to be cut out of every text", "cut short", "cut short"],
    ["a token", `for ghp_${"a1".repeat(18)}`, "for [token removed]"],
    ["a password in an address", "mongodb://root:hunter22@db/orb is away", "mongodb://root@db/orb is away"],
    ["a home", "open '/home/alice/x.txt' and /Users/bob: no", "open '/home/…/x.txt' and /Users/…: no"],
    [
      "a file of the bot",
      "at file:///srv/orb/src/main.ts and /srv/orb/src/run.ts",
      "at app:///src/main.ts and app:///src/run.ts",
    ],
    ["a long quotation", `Cast failed for value "${LONG}" at "x"`, 'Cast failed for value "…" at "x"'],
    ["one with quotes inside", `value "a \\"${LONG}\\" b" here`, 'value "…" here'],
    ["one that does not end", `bad: '${LONG}`, "bad: '…'"],
    ["JSON", `Unexpected end of {"a":{"summary":"words"},"b":"${LONG}"} at 1`, "Unexpected end of {…} at 1"],
    ["a typographic quotation", `The title “${LONG}” is long`, "The title “…” is long"],
  ])("with %s", (_what, text, clean) => {
    expect(scrubText(text, OURS)).toBe(clean);
  });

  test("is cut after it was cleaned, so that no half of a secret stays", () => {
    const text = `${"x ".repeat(490)}ghp_${"a1".repeat(18)} ${"y ".repeat(2_000)}`;
    const clean = scrubText(text, OURS);
    expect(clean.length).toBeLessThanOrEqual(1_000);
    expect(clean).not.toContain("ghp_");
  });

  test.each(['"', "'\\", "{", "“", "`a", "/home/", "a'"])("of nothing but %s takes little time", (part) => {
    const text = part.repeat(65_536 / part.length);
    expect(effortOf(() => scrubText(text, OURS), { atMost: EFFORT_MAX })).toBeLessThan(EFFORT_MAX);
  });
});

const event = (payload: object) => [{ event_id: "e" }, [[{ type: "event" }, payload]]] as const;

describe("an envelope", () => {
  test("loses all fields that are in no list, at every depth", () => {
    const scrubbed = scrubEnvelope(
      event({
        event_id: "e",
        request: { headers: { authorization: "Bearer x" }, data: "body" },
        user: { ip_address: "1.2.3.4" },
        extra: { arguments: ["body"] },
        breadcrumbs: [{ message: "body" }],
        modules: { a: "1" },
        exception: {
          values: [
            {
              type: "TypeError",
              value: "no",
              stacktrace: {
                frames: [{ filename: "/srv/orb/src/a.ts", vars: { token: "x" }, context_line: "x" }],
              },
            },
          ],
        },
        contexts: { orb: { what: "delivery", deep: { body: "x" } }, response: { body: "x" } },
        tags: { project_id: "p-1", deep: { body: "x" } },
      }),
      OURS,
    );
    expect(JSON.parse(JSON.stringify(scrubbed))).toEqual([
      { event_id: "e" },
      [
        [
          { type: "event" },
          {
            event_id: "e",
            exception: {
              values: [
                { type: "TypeError", value: "no", stacktrace: { frames: [{ filename: "app:///src/a.ts" }] } },
              ],
            },
            contexts: { orb: { what: "delivery" } },
            tags: { project_id: "p-1" },
          },
        ],
      ],
    ]);
  });

  test.each([
    "session",
    "attachment",
    "log",
    "profile",
    "replay_event",
    "span",
    "trace_metric",
    "no such type",
  ])("has no item of the type %s", (type) =>
    expect(scrubEnvelope([{}, [[{ type }, { a: "b" }]]], OURS)).toBeNull(),
  );

  test("keeps the reports of what was dropped", () => {
    const report = {
      timestamp: 1,
      discarded_events: [{ reason: "queue_overflow", category: "error", quantity: 2 }],
    };
    expect(scrubEnvelope([{}, [[{ type: "client_report" }, report]]], OURS)).toEqual([
      {},
      [[{ type: "client_report" }, report]],
    ]);
  });

  test("never shows a secret of the settings, wherever it is, and is never larger than its limits", () => {
    const text = fc.string().map((around) => `${around} our own secret`);
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), text), text, (anything, tags, value) => {
        const payload = {
          tags,
          extra: anything,
          user: anything,
          exception: { values: [{ type: value, value }] },
        };
        expect(JSON.stringify(scrubEnvelope(event(payload), OURS))).not.toContain("own secret");
      }),
      sampledInputs({ all: 300 }),
    );
    const huge = {
      tags: Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`t${index}`, "x".repeat(9_999)])),
    };
    expect(JSON.stringify(scrubEnvelope(event(huge), OURS)).length).toBeLessThan(60_000);
  });
});

test.each([
  ["https://0123abc@o1.ingest.sentry.io/42", true],
  ["http://key@127.0.0.1:9000/1", true],
  ["https://key:secret@sentry.example.com/a/path/7", true],
  ["https://key@[::1]:9000/7", true],
  ["sentry.example.com/7", false],
  ["https://sentry.example.com/7", false],
  ["https://key@sentry.example.com", false],
  ["https://key@sentry.example.com/project", false],
  ["https://key@sentry.example.com/7/", false],
  ["ftp://key@sentry.example.com/7", false],
  ["https://key@sentry.example.com:99999/7", false],
  ["https://key @sentry.example.com/7", false],
])("whether %s is the address of a project in Sentry: %s", (text, is) => {
  expect(isDsn(text)).toBe(is);
});

test("a budget gives so many in each window of time, and no more", () => {
  const budget = new WindowBudget({ max: 2, lengthMs: 1_000 });
  const taken = [0, 10, 20, 999, 1_000, 1_500, 1_600, 5_000].map((nowMs) => budget.take(nowMs));
  expect(taken).toEqual([true, true, false, false, true, true, false, true]);
});
