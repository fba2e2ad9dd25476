import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { COMMANDS } from "../../../src/pull-requests/record/rules/command.ts";
import {
  COMMANDS_PER_COMMENT_MAX,
  parseCommands,
} from "../../../src/pull-requests/commands/rules/parse-commands.ts";

describe("what is a command", () => {
  test.each([
    ["every one that there is", COMMANDS.slice(0, 5).map((name) => `/orb ${name}`), COMMANDS.slice(0, 5)],
    ["and the rest of them", COMMANDS.slice(5).map((name) => `/orb ${name}`), COMMANDS.slice(5)],
    ["in capitals", ["/ORB Refresh"], ["refresh"]],
    ["with words for people behind it", ["/orb hold until Monday, please"], ["hold"]],
    ["after a sentence, on a line of its own", ["Looks good.", "/orb ready"], ["ready"]],
    ["with a tab and spaces", ["/orb \t status  "], ["status"]],
    ["nothing behind it asks for help", ["/orb"], ["help"]],
    ["a word that nobody knows", ["/orb deploy"], ["unknown"]],
    ["a word that is far too long", [`/orb ${"x".repeat(10_000)}`], ["unknown"]],
    ["the same twice is once", ["/orb retry", "/orb retry"], ["retry"]],
    ["after a block of code that was closed", ["```", "x", "```", "/orb draft"], ["draft"]],
    ["a longer fence closes a shorter one", ["~~~", "x", "~~~~", "/orb draft"], ["draft"]],
  ])("%s", (_name, lines, commands) => {
    expect(parseCommands(lines.join("\n"))).toEqual(commands);
    expect(parseCommands(lines.join("\r\n"))).toEqual(commands);
  });
});

describe("what is none", () => {
  test.each([
    ["no text", ""],
    ["in a line", "Try /orb retry"],
    ["quoted", "> /orb cleanup"],
    ["as code", "`/orb cleanup`"],
    ["in a block of code", "```\n/orb cleanup\n```"],
    ["in a block of code that is never closed", "~~~sh\n/orb cleanup"],
    ["behind what only looks like the end of a block", "```\n``` sh\n/orb cleanup"],
    ["indented", "    /orb cleanup"],
    ["another bot's", "/orbit status"],
    ["without the slash", "orb status"],
    ["a word glued to it by what is no space", "/orb\u2028hold"],
  ])("%s", (_name, comment) => {
    expect(parseCommands(comment)).toEqual([]);
  });

  test("a name that every object has is no command", () => {
    expect(parseCommands("/orb constructor")).toEqual(["unknown"]);
  });
});

test("whatever is written, few commands come of it, and each is one that there is", () => {
  const line = fc.oneof(
    fc.constantFrom(
      ...COMMANDS.map((name) => `/orb ${name}`),
      "/orb",
      "/orb x",
      "```",
      "~~~~",
      "> /orb hold",
    ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const commands = parseCommands(lines.join("\n"));
      expect(commands.length).toBeLessThanOrEqual(COMMANDS_PER_COMMENT_MAX);
      expect(new Set(commands).size).toBe(commands.length);
      for (const command of commands) expect([...COMMANDS, "unknown"]).toContain(command);
    }),
    { numRuns: 2_000 },
  );
});
