import { describe, expect, test } from "../../../support/testing.ts";
import { isAnnounced } from "../../../../src/workspaces/cleanups/rules/announced.ts";
import { sweepActs } from "../../../../src/workspaces/cleanups/rules/sweep.ts";
import { ABSENT_AFTER_MS, whyWaiting } from "../../../../src/workspaces/hosts/rules/absent.ts";
import type { Kept } from "../../../../src/workspaces/record/workspace.ts";

const NOW = new Date("2026-03-01T09:00:00Z");
const DAY_MS = 24 * 3_600_000;
const ago = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

const FREE = {
  status: "scheduled",
  dueAt: ago(0),
  because: "Merged",
  kept: [],
  asked: null,
  lastActiveAt: ago(90),
} as const;
const OURS = { origin: "retention", status: "scheduled", step: "planned" } as const;

const UNREAD: Kept = {
  code: "settings_unread",
  reason: "The settings could not be read.",
  remedy: "Wait.",
  by: "retention",
  since: NOW,
  owner: { kind: "operator", name: "host-1", project: null },
};

describe("what a sweep does", () => {
  test.each([
    ["due, without a clean-up", FREE, null, null, "ask"],
    ["due, with one of the bot", FREE, OURS, null, "ask"],
    ["due, with one of a person", FREE, { ...OURS, origin: "person" }, null, "nothing"],
    ["due, with one that is deferred", FREE, { ...OURS, status: "deferred" }, null, "nothing"],
    ["due, with one that runs", FREE, { ...OURS, status: "running", step: "marked" }, null, "nothing"],
    ["due, cancelled by a person yesterday", FREE, null, ago(1), "nothing"],
    ["due, cancelled by a person long ago", FREE, null, ago(8), "ask"],
    ["not due, without a clean-up", { ...FREE, dueAt: null }, null, null, "nothing"],
    ["not due any more, with one of the bot", { ...FREE, dueAt: null }, OURS, null, "call off"],
    [
      "not due, with one of a person",
      { ...FREE, dueAt: null },
      { ...OURS, origin: "person" },
      null,
      "nothing",
    ],
    ["of unknown time, with one of the bot", { ...FREE, dueAt: null, kept: [UNREAD] }, OURS, null, "nothing"],
    [
      "not due any more, in the trash",
      { ...FREE, dueAt: null },
      { ...OURS, status: "running", step: "renamed" },
      null,
      "nothing",
    ],
  ] as const)("%s", (_, workspace, active, cancelledAt, expected) => {
    const { ask, callOff } = sweepActs({ workspace, active, cancelledAt, now: NOW });
    expect(callOff ? "call off" : ask ? "ask" : "nothing").toBe(expected);
  });
});

describe("the question about what has been kept for 30 days (D5)", () => {
  const owner = { kind: "user", name: "ines", project: "p-1" } as const;
  const kept = (code: string, days: number, by: Kept["by"] = "cleanup"): Kept => {
    return { code, reason: `${code}.`, remedy: "Push it.", by, since: ago(days), owner };
  };

  test.each([
    ["29 days", [kept("stash", 29)], null, []],
    ["30 days", [kept("stash", 30)], null, ["stash"]],
    ["only the old reasons", [kept("stash", 31), kept("notes", 2)], null, ["stash"]],
    ["asked already", [kept("stash", 40)], { at: ago(9), codes: ["stash"] }, []],
    ["asked about another one", [kept("stash", 40)], { at: ago(9), codes: ["notes"] }, ["stash"]],
    [
      "of what archiving or discarding solves",
      [kept("stash", 40), kept("in_use", 40), kept("mounted", 40)],
      null,
      ["stash"],
    ],
    [
      "nothing that they solve",
      [kept("in_use", 40), kept("lends_objects", 40), kept("git_unreadable", 40)],
      null,
      [],
    ],
    ["kept by the rule of retention", [kept("pull_request_open", 90, "retention")], null, []],
  ] as const)("%s", (_, reasons, asked, codes) => {
    const workspace = { ...FREE, kept: reasons, asked };
    const { question } = sweepActs({ workspace, active: null, cancelledAt: null, now: NOW });
    expect(question.map(({ code }) => code)).toEqual(codes);
  });
});

test.each([
  ["nothing was announced", null, ago(0), [], false],
  ["the same time", ago(1), ago(1), [], true],
  ["another time", ago(2), ago(1), [], false],
  ["a lease moves it", ago(2), ago(1), ["leased"], true],
  ["earlier than announced", ago(1), ago(2), ["leased"], false],
] as const)(
  "whether the end of a project has announced the clean-up: %s",
  (_, announced, dueAt, codes, expected) => {
    const kept = codes.map((code): Kept => ({ ...UNREAD, code }));
    expect(isAnnounced(announced, dueAt, { kept })).toBe(expected);
  },
);

test.each([
  [29, []],
  [30, ["stash"]],
])("a workspace in which somebody worked %i days ago is asked about: %j", (days, codes) => {
  const stash: Kept = { ...UNREAD, code: "stash", by: "cleanup", since: ago(60) };
  const workspace = { ...FREE, kept: [stash], lastActiveAt: ago(days) };
  const { question } = sweepActs({ workspace, active: null, cancelledAt: null, now: NOW });
  expect(question.map(({ code }) => code)).toEqual(codes);
});

describe("why a clean-up waits although it is due", () => {
  const host = { reportedAt: NOW, paused: null, problem: null } as const;

  test.each([
    ["nobody has ever reported", null, "no_worker"],
    [
      "the last report is old",
      { ...host, reportedAt: new Date(NOW.getTime() - ABSENT_AFTER_MS - 1) },
      "no_worker",
    ],
    ["it is paused", { ...host, paused: { by: "ines", at: NOW } }, "paused"],
    [
      "its root is refused",
      { ...host, problem: { code: "root_refused", reason: "It is /.", remedy: "Move it." } },
      "root_refused",
    ],
    ["all is well", host, null],
  ] as const)("%s", (_, known, code) => {
    expect(whyWaiting("host-1", known, NOW)?.code ?? null).toBe(code);
  });
});
