// Compares what other cleaners do with workspaces that are in use: `node script/compare-cleaners.ts` writes docs/cleanup-comparison.md. Needs root,
// systemd-tmpfiles, tmpreaper and git; on Debian: `apt-get install systemd tmpreaper git`. Tests do not run it.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, lutimesSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HolderFinder } from "../src/workspaces/holders/find-holders.ts";
import { Holding } from "../test/adapters/workspaces/holders/holding.ts";
import { KINDS, type Kind } from "../test/adapters/workspaces/holders/kinds.ts";
import { mountNew } from "../test/adapters/workspaces/removal/loop-mount.ts";

const PAGE = fileURLToPath(new URL("../docs/cleanup-comparison.md", import.meta.url));
const TEN_DAYS_AGO = new Date(Date.now() - 10 * 86_400_000);
const TOOL_MS_MAX = 60_000;

/** What is left of a workspace. */
type Fate = "kept" | "removed" | "half removed" | "–";

interface Cleaner {
  readonly name: string;
  /** Called before anything holds the workspaces. */
  prepare?(top: string, kinds: readonly string[]): void;
  clean(top: string, kinds: readonly string[]): Promise<void> | void;
}

const TMPFILES: Cleaner = {
  name: `systemd-tmpfiles ${version("systemd-tmpfiles", /systemd (\d+)/)}`,
  clean: (top) => {
    writeFileSync(join(top, "clean.conf"), `e ${top}/ws - - - mM:1d\n`);
    run("systemd-tmpfiles", ["--clean", join(top, "clean.conf")]);
  },
};

const TMPREAPER: Cleaner = {
  name: `tmpreaper ${execFileSync("dpkg-query", ["--show", "--showformat=${Version}", "tmpreaper"], { encoding: "utf8" })}`,
  clean: (top) => run("tmpreaper", ["--mtime", "--mtime-dir", "1d", join(top, "ws")]),
};

const GIT: Cleaner = {
  name: `git worktree remove ${version("git", /(\d+\.\d+\.\d+)/)}`,
  prepare: (top, kinds) => {
    const repository = join(top, "repository");
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        stdio: "ignore",
      });
    mkdirSync(repository);
    git("init");
    git("commit", "--allow-empty", "--message=empty");
    // Nothing of what holders create counts as a change: they are judged as holders.
    writeFileSync(join(repository, ".git/info/exclude"), "*\n");
    for (const kind of kinds) git("worktree", "add", "--detach", join(top, "ws", kind));
  },
  clean: (top, kinds) => {
    for (const kind of kinds)
      run("git", ["-C", join(top, "repository"), "worktree", "remove", join(top, "ws", kind)]);
  },
};

const rows = new Map<string, Fate[]>();
for (const cleaner of [TMPFILES, TMPREAPER, GIT]) {
  const fates = await fatesUnder(cleaner);
  for (const { kind } of KINDS) rows.set(kind, [...(rows.get(kind) ?? []), fates.get(kind) ?? "–"]);
}
const ours = await ourAnswers();
writeFileSync(PAGE, page());

/** Holds each workspace in its way, lets the cleaner run, and looks what is left. */
async function fatesUnder(cleaner: Cleaner): Promise<ReadonlyMap<string, Fate>> {
  using disk = await mountNew("ext4");
  const kinds = KINDS.map(({ kind }) => kind);
  mkdirSync(join(disk.path, "ws"));
  cleaner.prepare?.(disk.path, kinds);
  const held = await hold(disk.path);
  await using _holding = held.holding;
  for (const kind of held.kinds) age(join(disk.path, "ws", kind));
  const before = new Map(held.kinds.map((kind) => [kind, namesBelow(join(disk.path, "ws", kind))]));
  await cleaner.clean(disk.path, held.kinds);
  return new Map(held.kinds.map((kind) => [kind, fateOf(before.get(kind) ?? [])]));
}

async function ourAnswers(): Promise<ReadonlyMap<string, Fate>> {
  using disk = await mountNew("ext4");
  mkdirSync(join(disk.path, "ws"));
  const { holding, kinds } = await hold(disk.path);
  await using _holding = holding;
  await using finder = new HolderFinder();
  const folders = kinds.map((kind) => {
    const path = join(disk.path, "ws", kind);
    const { dev, ino } = statSync(path, { bigint: true });
    return { dev, ino, path };
  });
  const { byFolder } = await finder.find(folders);
  return new Map(
    kinds.map((kind, place) => [
      kind,
      byFolder.get(folders[place]?.path ?? "")?.length === 0 ? "removed" : "kept",
    ]),
  );
}

async function hold(top: string): Promise<{ readonly holding: Holding; readonly kinds: readonly string[] }> {
  const path = (kind: string) => join(top, "ws", kind);
  for (const { kind } of KINDS) mkdirSync(path(kind), { recursive: true });
  const holding = await Holding.start(join(top, "outside"));
  const held = await holding.hold(KINDS.map(({ kind }) => ({ kind, path: path(kind) })));
  return { holding, kinds: held.flatMap(({ kind, cannot }) => (cannot === undefined ? [kind] : [])) };
}

/** The path of everything in a folder, and of itself, without what is mounted on it. */
function namesBelow(folder: string): readonly string[] {
  const { dev } = lstatSync(folder);
  const inside = readdirSync(folder, { encoding: "latin1", withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    const found = lstatSync(Buffer.from(path, "latin1"), { throwIfNoEntry: false });
    if (found?.dev !== dev || entry.name === ".git") return [];
    return entry.isDirectory() && path.length < 4_000 ? namesBelow(path) : [path];
  });
  return [folder, ...inside];
}

function age(folder: string): void {
  for (const path of namesBelow(folder).toReversed()) {
    lutimesSync(Buffer.from(path, "latin1"), TEN_DAYS_AGO, TEN_DAYS_AGO);
  }
}

function fateOf(before: readonly string[]): Fate {
  // The folder itself stays if the cleaner only empties it.
  const inside = before.length > 1 ? before.slice(1) : before;
  const left = inside.filter((path) => existsSync(Buffer.from(path, "latin1")));
  if (left.length === inside.length) return "kept";
  return left.length === 0 ? "removed" : "half removed";
}

/** A cleaner that refuses says so with its status, which is as good as silence here: only what is left counts. */
function run(command: string, args: readonly string[]): void {
  const { error } = spawnSync(command, args, { timeout: TOOL_MS_MAX, stdio: "ignore" });
  if (error) throw error;
}

function version(command: string, pattern: RegExp): string {
  return pattern.exec(execFileSync(command, ["--version"], { encoding: "utf8" }))?.[1] ?? "";
}

function page(): string {
  const cleaners = [TMPFILES, TMPREAPER, GIT].map(({ name }) => name);
  const lost = (kinds: readonly Kind[], column: number) =>
    kinds.filter(({ kind }) => rows.get(kind)?.[column] !== "kept" && rows.get(kind)?.[column] !== "–")
      .length;
  const busy = KINDS.filter(({ use }) => use !== null);
  const table = (kinds: readonly Kind[]) =>
    [
      `| how it is held | what is special | Orb bot | ${cleaners.join(" | ")} |`,
      `| --- | --- | --- | ${cleaners.map(() => "---").join(" | ")} |`,
      ...kinds.map(
        ({ kind, because }) =>
          `| \`${kind}\` | ${because} | ${ours.get(kind) ?? "–"} | ${(rows.get(kind) ?? []).join(" | ")} |`,
      ),
    ].join("\n");
  return `# Other cleaners and workspaces in use

<!-- Made by \`node script/compare-cleaners.ts\`; change it there. -->

Each line is a workspace that something uses in another way; \`test/adapters/workspaces/holders/holders.py\` does it. All files were made to look ten days old, and
each cleaner was to remove what is older than a day. It had a fresh ext4 of its own, and ran as root. Measured once, on Linux ${execFileSync("uname", ["-r"], { encoding: "utf8" }).trim()}.

- systemd-tmpfiles: \`systemd-tmpfiles --clean\` with the line \`e …/ws - - - mM:1d\`.
- tmpreaper: \`tmpreaper --mtime --mtime-dir 1d …/ws\`.
- git: \`git worktree remove\`, without \`--force\`, of a linked worktree; what the holders created is ignored by \`.git/info/exclude\`.
- Orb bot: kept if the scan before the removal finds a holder. Leases come on top of that, and are not counted here.

Of ${busy.length} workspaces in use, systemd-tmpfiles removed ${lost(busy, 0)} wholly or in part, tmpreaper ${lost(busy, 1)}, git ${lost(busy, 2)}, the bot ${busy.filter(({ kind }) => ours.get(kind) === "removed").length}.
A dash means that this kind could not be arranged.

## In use

${table(busy)}

## Not in use

Nothing is lost if these are removed. The last ones are invisible to everybody who looks at processes: that is what leases are for.

${table(KINDS.filter(({ use }) => use === null))}

## What no scan can see

A lease of the agent protects a workspace from all of this; the scan does not.

- A descriptor on its way through a socket (SCM_RIGHTS), and a file that only an io_uring has registered: the kernel shows them nowhere.
- Files that the kernel itself has open for process accounting, for a disk of a virtual machine (vhost, target), or for another module than loop and swap.
- The layers of an overlay, if its mounter wrote relative paths, and a socket that was bound by a relative path if its process changed its folder since.
- A thread that has a descriptor table of its own with exactly as many descriptors as its process.
- A file that was mapped through a mount that was detached since and then closed, if the bot has not CAP_SYS_ADMIN.
- Processes of other machines on network file systems: there only leases decide.
`;
}
