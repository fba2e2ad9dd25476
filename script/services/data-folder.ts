import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../../src/errors.ts";
import { isAlive } from "./is-alive.ts";

const RELEASE_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

/**
 * Creates a data folder and claims it for this process, because Redis itself would let two servers write to one
 * folder. Waits for a server that is just stopping, for example on a restart right after Ctrl-C.
 *
 * @returns what releases the folder
 * @throws OrbError `data_folder_in_use` if it is not released within 15 s
 */
export async function claimDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const claim = claimOf(folder);
  const deadline = performance.now() + RELEASE_TIMEOUT_MS;
  while (!(await write(claim))) {
    const owner = await ownerOf(claim);
    if (owner !== undefined && !isAlive(owner)) await rm(claim, { force: true });
    else if (performance.now() > deadline) throw inUse(folder, claim, owner);
    else await delay(POLL_INTERVAL_MS);
  }
  return () => rm(claim, { force: true });
}

/** Whether a live process has claimed the folder. */
export async function isOwned(folder: string): Promise<boolean> {
  const owner = await ownerOf(claimOf(folder));
  return owner !== undefined && isAlive(owner);
}

function claimOf(folder: string): string {
  return join(folder, "owner.pid");
}

async function write(claim: string): Promise<boolean> {
  try {
    await writeFile(claim, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Undefined if the claim is gone, or if its owner is still writing it. */
async function ownerOf(claim: string): Promise<number | undefined> {
  const pid = Number(await readFile(claim, "utf8").catch(() => ""));
  return pid > 0 ? pid : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function inUse(folder: string, claim: string, owner: number | undefined): OrbError {
  return new OrbError({
    code: "data_folder_in_use",
    reason: `The process ${owner ?? "that wrote " + claim} is running a server on ${folder}.`,
    remedy: `Stop that process; if it is not a server of this project, delete ${claim}.`,
  });
}
