import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";
import type { Content, Extra, Planned } from "./plan.ts";
import type { Templates } from "./templates.ts";

/** Opened by those that hold a workspace by a file. */
export const HELD_FILE = "node_modules/held";
const DEPTH = 40;

/** Makes all workspaces, and what is beside and between them: nothing of that is ever to change. */
export function buildAll(
  all: readonly Planned[],
  { place, templates }: { place: Place; templates: Templates },
): void {
  buildOutside(place);
  for (const planned of all) build(planned, { place, templates });
  symlinkSync(join(place.outside, "folder"), join(place.root, "a-link"));
  writeFileSync(join(place.root, "a-file"), "Nobody's.\n");
  const named = Buffer.concat([Buffer.from(`${place.root}/`), Buffer.from([0xff, 0xfe])]);
  mkdirSync(named);
}

function buildOutside({ outside }: Place): void {
  mkdirSync(join(outside, "folder/inner"), { recursive: true });
  writeFileSync(join(outside, "folder/inner/precious"), "Of somebody else.\n");
  writeFileSync(join(outside, "shared"), "A cache that many share.\n".repeat(1_000));
}

function build(planned: Planned, { place, templates }: { place: Place; templates: Templates }): void {
  const path = join(place.root, planned.name);
  if (LINKED.has(planned.content)) addLinked(planned, { path, place, templates });
  else templates.copy(planned.content, path);
  if (planned.content === "inner_worktree") gitWorktree(path, join(path, "node_modules/worktree"));
  // Files of different sizes, so that the sums of two workspaces are not the same by chance.
  const inner = join(path, "node_modules");
  if (planned.extras.length > 0 || planned.holder === "file") mkdirSync(inner, { recursive: true });
  if (planned.holder === "file") writeFileSync(join(path, HELD_FILE), "In use.\n");
  for (const extra of planned.extras) ADD[extra](inner, place);
  if (planned.lends === "objects") addBorrower(path, templates);
  if (planned.lends === "worktree") addWorktree(path, join(place.outside, `worktree-${planned.name}`));
}

const ADD: Readonly<Record<Extra, (folder: string, place: Place) => void>> = {
  links: (folder, { outside, root }) => {
    symlinkSync(join(outside, "folder"), join(folder, "to-folder"));
    symlinkSync(join(outside, "shared"), join(folder, "to-file"));
    symlinkSync(root, join(folder, "to-siblings"));
    symlinkSync("../..", join(folder, "up"));
    symlinkSync(".", join(folder, "itself"));
    symlinkSync("nowhere", join(folder, "dangling"));
  },
  hard_links: (folder, { outside }) => {
    linkSync(join(outside, "shared"), join(folder, "shared"));
    writeFileSync(join(folder, "one-name"), "x".repeat(9_000));
    linkSync(join(folder, "one-name"), join(folder, "other-name"));
  },
  read_only: (folder) => {
    const inner = join(folder, "modules/inner");
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, "file"), "x".repeat(3_000));
    for (const [path, mode] of [
      ["modules/inner/file", 0o444],
      ["modules/inner", 0],
      ["modules", 0o555],
    ] as const)
      chmodSync(join(folder, path), mode);
  },
  odd_names: (folder) => {
    const names = ["-rf", "*", "line\nfeed", " ", "é", "->", `"`, "y".repeat(255)].map((name) =>
      Buffer.from(name),
    );
    for (const name of [...names, Buffer.from([0xff, 0xfe])]) {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "x");
    }
  },
  deep: (folder) => {
    const path = join(folder, ...Array.from({ length: DEPTH }, () => "d"));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "bottom"), "x".repeat(5_000));
  },
};

const LINKED: ReadonlySet<Content> = new Set(["linked", "linked_work"]);

/** The workspace is a worktree of a repository that no bot knows. */
function addLinked(
  { name, content }: Planned,
  { path, place, templates }: { path: string; place: Place; templates: Templates },
): void {
  const main = join(place.beside, "mains", Buffer.from(name).toString("hex"));
  mkdirSync(join(place.beside, "mains"), { recursive: true });
  templates.copy(content, main);
  gitWorktree(main, path);
  if (content === "linked_work") writeFileSync(join(path, "notes.md"), "Only here.\n");
}

function gitWorktree(main: string, path: string): void {
  const env = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  execFileSync("git", ["worktree", "add", "--quiet", "--detach", path], { cwd: main, env });
}

/** A workspace in which agents work, and which has the commits of this one only by looking into it. */
export function borrowerOf(name: string): string {
  return `${name}-borrower`;
}

function addBorrower(path: string, templates: Templates): void {
  const borrower = borrowerOf(path);
  templates.copy("pushed", borrower);
  mkdirSync(join(borrower, ".git/objects/info"), { recursive: true });
  appendFileSync(join(borrower, ".git/objects/info/alternates"), `${path}/.git/objects\n`);
}

/** As `git worktree add` does. */
function addWorktree(path: string, worktree: string): void {
  const admin = join(path, ".git/worktrees/elsewhere");
  mkdirSync(admin, { recursive: true });
  mkdirSync(worktree);
  writeFileSync(join(worktree, ".git"), `gitdir: ${admin}\n`);
  writeFileSync(join(admin, "gitdir"), `${worktree}/.git\n`);
  writeFileSync(join(admin, "commondir"), "../..\n");
  writeFileSync(join(admin, "HEAD"), "ref: refs/heads/main\n");
}
