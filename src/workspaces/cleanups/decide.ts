import { OrbError } from "../../errors.ts";
import type { Transaction } from "../../mongo/database.ts";
import { isMongoUnavailable } from "../../mongo/failure.ts";
import { isStopped } from "../../work/stop.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { KeepReason } from "../keep-reason.ts";
import type { Retention } from "../retention/decide-retention.ts";
import type { StoredCleanup } from "./cleanup.ts";
import type { CleanupEyes, Findings } from "./hands.ts";
import type { RetentionCause } from "../retention/rules/retention.ts";
import { judgeFolder, judgeTime } from "./rules/judge.ts";

/** What is needed to decide. Nothing here can write, so a dry run decides exactly as the removal does. */
export interface DecideDeps {
  readonly eyes: CleanupEyes;
  readonly workspaces: Pick<WorkspaceStore, "find">;
  readonly retentionOf: RetentionOf;
  readonly now: () => Date;
}

/** The rule of `retention/`, with everything that it uses read again: leases of the workspace and around it, projects, settings. */
export type RetentionOf = (workspace: StoredWorkspace, transaction?: Transaction) => Promise<Retention>;

export type Decision =
  | {
      readonly verdict: "go";
      readonly findings: Findings;
      readonly mustArchive: boolean;
      readonly workspace: StoredWorkspace;
      /** Why the rule says that it is due; `null` if it does not, and somebody wants it to go anyway. */
      readonly cause: RetentionCause | null;
    }
  | { readonly verdict: "keep"; readonly reasons: readonly KeepReason[]; readonly until: Date | null }
  | { readonly verdict: "later"; readonly at: Date; readonly because: string }
  | { readonly verdict: "off"; readonly because: string };

/**
 * Decides whether a workspace may be removed now, from everything that can be known: its record, leases on it and around it, its
 * projects, and the folder itself. The cheap questions come first, and the first that says no is the answer.
 *
 * @throws any error of MongoDB; `stopping`
 */
export async function decide(
  cleanup: StoredCleanup,
  where: "here" | "trash",
  deps: DecideDeps,
): Promise<Decision> {
  const { workspaces, eyes, now } = deps;
  const { origin, unpushed, at, saidAt } = cleanup;
  const { id, generation } = cleanup.workspace;
  const workspace = await workspaces.find(id);
  if (!workspace) return keep([UNKNOWN]);
  if (workspace.generation !== generation)
    return { verdict: "off", because: "Another folder is at its path." };
  const outside = eyes.whyOutside(cleanup.workspace);
  if (outside) return keep([outside]);
  const retention = await deps.retentionOf(workspace);
  const inTime = judgeTime({ origin, retention, at, now: now() });
  if (inTime.verdict !== "look") return inTime;
  const findings = await look(cleanup, where, eyes);
  if ("code" in findings) return keep([findings]);
  const folder = judgeFolder({ findings, unpushed, saidAt, canArchive: eyes.canArchive });
  if (folder.verdict === "keep") return keep(folder.reasons);
  const cause = retention.dueAt === null ? null : retention.cause;
  return { verdict: "go", findings, mustArchive: folder.mustArchive, workspace, cause };
}

function keep(reasons: readonly KeepReason[]): Decision {
  return { verdict: "keep", reasons, until: null };
}

/** An error is not an empty answer: what could not be looked at is kept, and says why. */
async function look(
  cleanup: StoredCleanup,
  where: "here" | "trash",
  eyes: CleanupEyes,
): Promise<Findings | KeepReason> {
  try {
    return await eyes.look(cleanup, where);
  } catch (error) {
    if (!(error instanceof OrbError) || isStopped(error) || isMongoUnavailable(error)) throw error;
    return { code: "unreadable", reason: error.message, remedy: error.remedy };
  }
}

const UNKNOWN: KeepReason = {
  code: "unknown_workspace",
  reason: "Nobody remembers this workspace any more.",
  remedy: "Cancel the clean-up. The next sweep finds the folder, if it is still there.",
};
