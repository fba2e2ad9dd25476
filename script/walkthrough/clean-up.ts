import { runGit } from "../../fixtures/meta-agent/git.ts";
import type { SignalDoor } from "../../fixtures/meta-agent/signal-door.ts";
import { OrbError } from "../../src/errors.ts";
import { abandonWork, contentsOf } from "./abandoned-work.ts";
import { BotApi, type ShownReason } from "./bot-api.ts";
import { EventWatch } from "./event-watch.ts";
import { eventually } from "./patience.ts";
import type { Reporter } from "./reporter.ts";
import type { Stage } from "./stage.ts";
import type { Walked } from "./walk.ts";

/** A merged workspace stays for a day. */
const HOURS_LATER = 25;
/** The bot may see other users' processes only as root, and nobody should run a demo as root. */
const UNSEEN = new Set(["in_use_unknown", "mounts_unknown"]);

interface Context {
  readonly stage: Stage;
  readonly projectId: string;
  readonly watch: EventWatch;
  readonly door: SignalDoor;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Plays what comes after the merge: its workspace goes a day later, by itself. Another one, with work that is nowhere else, is
 * kept, then archived on request, and restored.
 *
 * @throws OrbError `no_event` if an expected event does not arrive
 */
export async function cleanUp({ options, run }: Walked, context: Context): Promise<void> {
  const { stage, watch, reporter, door, signal } = context;
  const other = `${context.projectId}-abandoned`;
  const { redisUrl } = stage;
  await using otherWatch = new EventWatch({ redisUrl, project: other, reporter, signal });
  const path = await abandonWork(options.project, { stage, projectId: other, door });
  reporter.step(
    "workspace",
    `${path} has a commit, a stash and a file that are nowhere else; it is cancelled`,
  );
  await stage.passHours(HOURS_LATER);
  reporter.step("time", `passes: the bot is back ${HOURS_LATER} hours later`);
  if (!(await showRemoval(run.workspace.path, watch, reporter))) return;
  await showKept(other, { path, watch: otherWatch, context });
}

/** @returns `false` if the bot may not see who uses a workspace: then it keeps all of them */
async function showRemoval(path: string, watch: EventWatch, reporter: Reporter): Promise<boolean> {
  const { type, data } = await watch.next("orb.cleanup.completed", "orb.cleanup.deferred");
  if (type === "orb.cleanup.deferred") {
    const reasons = data?.["reasons"] as readonly ShownReason[];
    for (const { reason, remedy } of reasons) reporter.step("kept", `${reason} ${remedy}`);
    if (reasons.every(({ code }) => UNSEEN.has(code))) return false;
    throw unexpected(path, reasons[0]?.reason ?? "");
  }
  // What the file system has more than before: less than the workspace held if others write to it at the same time.
  const freed = data?.["freed"] as { readonly inodes: number } | undefined;
  reporter.step("cleaned", `${path} is gone, ${freed?.inodes} files and folders are free again`);
  const refusal = await runGit(path, ["status"]).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
  if (refusal === "") throw unexpected(path, "git still answers there");
  reporter.step("verified", `an agent that wakes up there is stopped: ${refusal.slice(0, 160)}`);
  return true;
}

async function showKept(
  project: string,
  { path, watch, context }: { readonly path: string; readonly watch: EventWatch; readonly context: Context },
): Promise<void> {
  const { stage, reporter } = context;
  const api = new BotApi(stage);
  await watch.next("orb.cleanup.deferred");
  const { id, kept } = await api.workspaceOf(project);
  for (const { code, reason, remedy } of kept) reporter.step("kept", `${code}: ${reason} ${remedy}`);
  const before = await contentsOf(path);
  await api.archive(id);
  const { data } = await watch.next("orb.cleanup.completed");
  reporter.step(
    "archived",
    `${String(data?.["archive"])}, read back and verified; then the workspace was removed`,
  );
  await api.restore(id);
  await eventually("the restored workspace", async () => {
    const { restore } = await api.workspace(id);
    if (restore?.status === "failed")
      throw unexpected(path, restore.problem?.reason ?? "It was not restored");
    return restore?.status === "done" ? restore : null;
  });
  const after = await contentsOf(path);
  if (after.hash !== before.hash) throw unexpected(path, "its files differ from those that were archived");
  const [log, stash] = await Promise.all([
    runGit(path, ["log", "-1", "--format=%s"]),
    runGit(path, ["stash", "list"]),
  ]);
  reporter.step(
    "restored",
    `${after.files} files are the same byte for byte; "${log}" and ${stash} are back`,
  );
}

function unexpected(path: string, why: string): OrbError {
  return new OrbError({
    code: "cleanup_went_wrong",
    reason: `The clean-up of ${path} did not go as it should: ${why}.`,
    remedy: "The bot's log says what it did.",
  });
}
