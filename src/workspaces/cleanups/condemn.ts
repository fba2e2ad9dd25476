import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { Database } from "../../mongo/database.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredCleanup } from "./cleanup.ts";
import type { Decision, RetentionOf } from "./decide.ts";
import type { CleanupEyes } from "./hands.ts";
import { judgeTime } from "./rules/judge.ts";
import { historyOf } from "./store.ts";

/** Any decision but to go on. */
export type Refused = Exclude<Decision, { verdict: "go" }>;

interface Deps {
  readonly database: Database;
  readonly workspaces: WorkspaceStore;
  readonly leases: LeasedWork<StoredCleanup>;
  readonly eyes: Pick<CleanupEyes, "namesOf">;
  readonly retentionOf: RetentionOf;
  readonly now: () => Date;
}

/**
 * The point of no return: one transaction that decides once more by the records, and writes to all of them. A signal that gives
 * a lease writes to one of the same records, so one of the two comes first, and the other sees it.
 *
 * @returns why not, if something came meanwhile: then nothing was written
 */
export async function condemn(
  { document, lease }: Claim<StoredCleanup>,
  { database, workspaces, leases, eyes, retentionOf, now }: Deps,
): Promise<Refused | null> {
  const { origin, at, workspace } = document;
  const names = eyes.namesOf(workspace.path);
  return database.transaction(async (transaction) => {
    const time = now();
    const known = { noticedBy: "disk", at: time, now: time } as const;
    for (const { host, path } of await workspaces.touching(workspace.host, names, transaction)) {
      await workspaces.openForChange({ host, path, ...known }, transaction);
    }
    const record = await workspaces.find(workspace.id, transaction);
    if (record?.generation !== workspace.generation) return OTHER_GENERATION;
    const judged = judgeTime({ origin, at, retention: await retentionOf(record, transaction), now: time });
    if (judged.verdict !== "look") return judged;
    await workspaces.save(workspace.id, { status: "cleaning", updatedAt: time }, transaction);
    const entry = { at: time, what: "condemned", because: "Nobody uses it in the trash either" };
    const update = { $set: { step: "condemned" as const, updatedAt: time }, $push: historyOf([entry]) };
    await leases.write(lease, update, transaction);
    return null;
  });
}

const OTHER_GENERATION: Refused = { verdict: "off", because: "Another folder is at its path." };
