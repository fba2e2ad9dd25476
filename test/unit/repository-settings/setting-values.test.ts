import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { readSettings } from "../../../src/repository-settings/rules/read-settings.ts";

describe("names, hosts and globs", () => {
  test.each([
    {
      of: "people",
      accepted: ["octocat", "@octo-cat", "mona_acme", "a"],
      refused: ["", "@", "octo cat", "-a", "@@a", "a".repeat(41), "octo/cat", "a\n"],
    },
    {
      of: "teams",
      accepted: ["core", "@acme/core", "acme/core-team", "under_score"],
      refused: ["", "acme/", "/core", "a/b/c", "co re"],
    },
    {
      of: "hosts",
      accepted: ["example.com", "*.Example.com", "a-b.example.co.uk"],
      refused: [
        "localhost",
        "https://example.com",
        "example.com/a",
        "*",
        "*.*.com",
        "-a.com",
        `${"a".repeat(64)}.com`,
      ],
    },
    {
      of: "globs",
      accepted: ["**", "src/**/*.{ts,tsx}", "docs/[a-z]?.md", "packages/*/src/**/*.c++", "{api,web}/{a*,b}"],
      refused: [
        "",
        "!src/**",
        "+(a|aa)",
        "@(a)",
        "(a+)+b",
        "a|b",
        "\\*",
        "[ab]+c",
        "{a,a}+c",
        "*a*a*a",
        "a/*a/*a/*a/*a/*",
        "***",
        "{a,a}{a,a}{a,a}",
        "a\u0000b",
        "a".repeat(301),
      ],
    },
  ])("$of are told from what is none", ({ of, accepted, refused }) => {
    const file = (value: string) =>
      stringify(
        of === "globs"
          ? { branches: [value] }
          : of === "hosts"
            ? { links: { hosts: [value] } }
            : { reviewers: { [of]: [value] } },
      );
    const isTaken = (value: string) => readSettings(file(value), "repository").given !== null;
    expect(accepted.filter((value) => !isTaken(value))).toEqual([]);
    expect(refused.filter((value) => isTaken(value))).toEqual([]);
  });
});
