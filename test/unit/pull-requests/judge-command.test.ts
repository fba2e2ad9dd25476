import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../../src/pull-requests/record/rules/command.ts";
import { type CommandFacts, judgeCommand } from "../../../src/pull-requests/commands/rules/judge-command.ts";

const OPEN: CommandFacts = { status: "open", onGitHub: true, troubled: false, quarantine: false };

describe("what an open pull request that is well allows", () => {
  test.each(COMMANDS.filter((command) => command !== "retry"))("%s", (command) => {
    expect(judgeCommand(command, OPEN)).toBeNull();
  });
});

test.each([
  { command: "retry", facts: OPEN, code: "nothing_to_retry" },
  { command: "retry", facts: { ...OPEN, troubled: true }, code: null },
  { command: "retry", facts: { ...OPEN, status: "blocked", onGitHub: false, troubled: true }, code: null },
  {
    command: "retry",
    facts: { ...OPEN, status: "merged", troubled: true },
    code: "pull_request_ended",
  },
  {
    command: "refresh",
    facts: { ...OPEN, status: "queued", onGitHub: false },
    code: "no_pull_request_yet",
  },
  { command: "refresh", facts: { ...OPEN, status: "closed" }, code: "pull_request_ended" },
  { command: "ready", facts: { ...OPEN, status: "merged" }, code: "pull_request_ended" },
  {
    command: "draft",
    facts: { ...OPEN, status: "failed", onGitHub: false, troubled: true },
    code: "no_pull_request_yet",
  },
  { command: "retry", facts: { ...OPEN, troubled: true, quarantine: true }, code: null },
  { command: "refresh", facts: { ...OPEN, troubled: true, quarantine: true }, code: "set_aside" },
  {
    command: "draft",
    facts: { ...OPEN, status: "failed", onGitHub: false, quarantine: true },
    code: "set_aside",
  },
  { command: "ready", facts: { ...OPEN, status: "merged", quarantine: true }, code: "pull_request_ended" },
  { command: "status", facts: { ...OPEN, troubled: true, quarantine: true }, code: null },
  { command: "hold", facts: { ...OPEN, status: "closed" }, code: "pull_request_ended" },
  { command: "cleanup", facts: { ...OPEN, status: "merged" }, code: null },
  { command: "status", facts: { ...OPEN, status: "closed" }, code: null },
  { command: "help", facts: { ...OPEN, status: "merged" }, code: null },
  { command: "unknown", facts: OPEN, code: null },
] as const)("$command of one that is $facts.status: $code", ({ command, facts, code }) => {
  expect(judgeCommand(command, facts)?.code ?? null).toBe(code);
});

test("a closed one may be opened again, a merged one may not", () => {
  expect(judgeCommand("hold", { ...OPEN, status: "closed" })?.remedy).toContain("Reopen");
  expect(judgeCommand("hold", { ...OPEN, status: "merged" })?.remedy).not.toContain("Reopen");
});
