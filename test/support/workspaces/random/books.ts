import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Db } from "mongodb";
import type { StoredCleanup } from "../../../../src/workspaces/cleanups/cleanup.ts";
import type { Verdict } from "./oracle.ts";
import type { Planned } from "./plan.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the bot says that it has done. */
export interface Books {
  /** What is wrong in them. */
  readonly problems: readonly string[];
  readonly removed: number;
  readonly deferred: number;
  readonly archived: number;
  readonly freed: { readonly bytes: number; readonly inodes: number };
  /** What the generator has written of what is gone. */
  readonly written: { readonly bytes: number; readonly inodes: number };
}

interface Facts {
  readonly all: readonly Planned[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly before: ReadonlyMap<string, Snapshot>;
  readonly archive: string;
}

/** Compares clean-ups and events with the oracle and with what was written. */
export async function auditBooks(database: Db, facts: Facts): Promise<Books> {
  const cleanups = await database.collection<StoredCleanup>("cleanups").find().toArray();
  const events = await database.collection("outbox").find({ type: "orb.cleanup.completed" }).toArray();
  const told = Map.groupBy(events, ({ project }) => String(project));
  const byName = Map.groupBy(cleanups, ({ workspace: { path } }) => basename(path));
  const problems: string[] = [];
  const freed = { bytes: 0, inodes: 0 };
  const written = { bytes: 0, inodes: 0 };
  for (const planned of facts.all) {
    const { name } = planned;
    const verdict = facts.verdicts.get(keyOf(name));
    const mine = byName.get(name) ?? [];
    const removals = mine.filter(({ outcome }) => outcome !== null);
    const stuck = mine.filter(({ status }) => status === "failed" || status === "running");
    for (const { status, problem, step } of stuck)
      problems.push(`${name} is ${status} at ${step}: ${problem?.reason ?? "?"}`);
    const expected = verdict?.goes === true ? 1 : 0;
    if (removals.length !== expected) problems.push(`${name} has ${removals.length} ended clean-ups`);
    for (const { id } of planned.projects) {
      const count = told.get(id)?.length ?? 0;
      if (count !== expected) problems.push(`${id} was told ${count} times that ${name} is gone`);
    }
    const [removal] = removals;
    if (!removal) continue;
    if (removal.outcome !== "removed") problems.push(`${name} is ${removal.outcome}`);
    problems.push(
      ...problemsOfArchive(name, removal, { wanted: verdict?.archived === true, folder: facts.archive }),
    );
    const size = facts.before.get(keyOf(name)) ?? { bytes: 0, inodes: 0, names: 0 };
    const given = removal.freed ?? { bytes: 0, inodes: 0 };
    if (given.bytes > size.bytes || given.inodes > size.names)
      problems.push(
        `${name} had ${size.bytes} bytes in ${size.inodes} inodes, and freed ${given.bytes} in ${given.inodes}`,
      );
    for (const unit of ["bytes", "inodes"] as const) {
      freed[unit] += given[unit];
      written[unit] += size[unit];
    }
  }
  const ended = cleanups.filter(({ outcome }) => outcome !== null);
  const known = new Set(facts.all.map(({ name }) => name));
  for (const name of byName.keys())
    if (!known.has(name) && !name.endsWith("-borrower")) problems.push(`Nobody planned ${name}`);
  for (const name of readdirSync(facts.archive))
    if (name.startsWith(".")) problems.push(`${name} is left in the archive`);
  return {
    problems,
    removed: ended.length,
    deferred: cleanups.filter(({ status }) => status === "deferred").length,
    archived: ended.filter(({ tombstone }) => tombstone?.archive).length,
    freed,
    written,
  };
}

/** The name of a workspace among snapshots: its bytes as latin1. */
export function keyOf(name: string): string {
  return Buffer.from(name).toString("latin1");
}

/** Reads an archive with none of the bot's code: the hash of each of its files is in its manifest, and that of the manifest beside it. */
function problemsOfArchive(
  name: string,
  { tombstone }: StoredCleanup,
  { wanted, folder }: { wanted: boolean; folder: string },
): string[] {
  const archive = tombstone?.archive ?? null;
  if (archive === null) return wanted ? [`${name} is gone without an archive`] : [];
  if (!wanted) return [`${name} was archived, and nobody wanted that`];
  const path = join(folder, archive);
  const [sum = ""] = readFileSync(join(path, "manifest.sha256"), "utf8").split(" ");
  const manifest = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")) as {
    readonly parts: readonly { readonly name: string; readonly sha256: string }[];
  };
  const files = [{ name: "manifest.json", sha256: sum }, ...manifest.parts];
  const damaged = files.filter(({ name: file, sha256: hash }) => sha256(join(path, file)) !== hash);
  const missing = ["listing.jsonl", "files.tar"].filter((file) => !readdirSync(path).includes(file));
  return [...damaged.map(({ name: file }) => file), ...missing].map(
    (file) => `${file} in the archive of ${name} is damaged`,
  );
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
