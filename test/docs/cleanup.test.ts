import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";
import { OWNERS } from "../../src/workspaces/retention/rules/owner.ts";
import { expect, test } from "../support/testing.ts";

const page = readFileSync(join(ROOT, "docs/cleanup.md"), "utf8");
/** Closed sets of reasons to keep a workspace. */
const CODE_TYPES =
  /export type (?:Work|Unreadable|Finding|Block|Holder|Lasting|Passing|Archive)Code =([^;]+);/g;
/** Refusals of what a person asked for: no workspace is kept because of them. */
const NOT_KEPT = /^(?:restore_|archive_(?:damaged|exists|missing|refused)$)/;

const codes = repositoryFiles("src/workspaces").flatMap((file) => {
  const types = [...readFileSync(join(ROOT, file), "utf8").matchAll(CODE_TYPES)];
  return types.flatMap(([, union = ""]) => [...union.matchAll(/"(\w+)"/g)].map(([, code = ""]) => code));
});

test("there are reasons to look for", () => {
  expect(codes).toEqual(expect.arrayContaining(["unpushed_commits", "immutable", "archive_full"]));
});

test.each(codes.filter((code) => !NOT_KEPT.test(code)))(
  "docs/cleanup.md says what to do about %s",
  (code) => {
    expect(page).toContain(`\`${code}\``);
  },
);

test("each reason in docs/cleanup.md has an owner, and each that has one is there", () => {
  const rows = page.split("## Why it is kept")[1]?.split("\nThree things are not work")[0] ?? "";
  const shown = rows
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => [...(line.split("|")[2] ?? "").matchAll(/`(\w+)`/g)].map(([, code = ""]) => code));
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.toSorted()).toEqual(Object.keys(OWNERS).toSorted());
});

test("the rights in docs/cleanup.md are those of the service in docker-compose.yml, and of no other", () => {
  const { services } = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true }) as {
    services: Record<string, { cap_drop?: string[]; cap_add?: string[]; pid?: string; profiles?: string[] }>;
  };
  const rows = page.split("## What the bot must be allowed to do")[1]?.split("\n## ")[0] ?? "";
  const named = new Set([...rows.matchAll(/CAP_(\w+)/g)].map(([, name = ""]) => name));
  // Another one includes it.
  named.delete("DAC_READ_SEARCH");
  const { bot, workspaces } = services;
  expect(workspaces?.cap_add?.toSorted()).toEqual([...named].toSorted());
  expect(workspaces).toMatchObject({ cap_drop: ["ALL"], pid: "host", profiles: ["workspaces"] });
  expect([bot?.cap_drop, bot?.cap_add, bot?.pid]).toEqual([["ALL"], undefined, undefined]);
});

test("docs/cleanup.md has the figures of the measured comparison", () => {
  const measured = readFileSync(join(ROOT, "docs/cleanup-comparison.md"), "utf8");
  const words =
    /Of (\d+) workspaces in use, systemd-tmpfiles removed (\d+) .*?, tmpreaper (\d+), git (\d+), the bot (\d+)\./.exec(
      measured,
    );
  const [, all, ...removed] = (words ?? []).map(Number);
  const rows = ["systemd-tmpfiles", "tmpreaper", "`git worktree remove`", "Orb bot"];
  const shown = rows.map((row) => {
    const line = page.split("\n").find((each) => each.startsWith(`| ${row}`)) ?? "";
    return line.split("|").slice(-3, -1).map(Number);
  });
  expect(shown).toEqual(removed.map((count) => [(all ?? 0) - count, count]));
});
