import { createHash, randomBytes } from "node:crypto";
import type { GitHub } from "../../github/github.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { Worker } from "../../work/worker.ts";
import type { CleanupEyes, Findings, Located } from "../cleanups/hands.ts";
import type { CleanupStore } from "../cleanups/store.ts";
import type { HolderFinder } from "../holders/find-holders.ts";
import { findLastingHolders } from "../holders/find-lasting.ts";
import { holderReason } from "../holders/rules/keep-reasons.ts";
import type { Baseline } from "../keep/baseline.ts";
import { inspect } from "../keep/inspect.ts";
import type { Inspection } from "../keep/inspection.ts";
import type { KeepReason } from "../keep-reason.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Tombstone } from "../record/tombstone.ts";
import { planRemoval } from "../removal/plan-removal.ts";
import type { TreeThreads } from "../removal/walk/tree-threads.ts";
import { surveyRemoval } from "../removal/what-blocks.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { askGitHubFor } from "./ask-github-for.ts";
import { pathsInTrash } from "./in-trash.ts";
import type { Neighbours } from "./neighbours.ts";
import { openTrashed } from "./open-trashed.ts";
import { splitReasons } from "./rules/split-reasons.ts";
import type { ThisHost } from "../this-host.ts";

/** Bytes of the part of a name in the trash that nobody can guess. */
const SECRET_BYTES = 8;

export interface EyesDeps {
  readonly thisHost: ThisHost;
  readonly workspaces: Pick<WorkspaceStore, "find" | "baselineOf">;
  readonly neighbours: Neighbours;
  readonly cleanupStore: Pick<CleanupStore, "removalsOf">;
  readonly github: GitHub;
  readonly finder: HolderFinder;
  readonly threads: TreeThreads;
  readonly telemetry: WorkspaceTelemetry;
  readonly worker: Pick<Worker, "now" | "stop">;
}

/** Looks into the folders of this host with the rooms that only look. It has nothing that can write. */
export class HostEyes implements CleanupEyes {
  readonly #deps: EyesDeps;

  constructor(deps: EyesDeps) {
    this.#deps = deps;
  }

  get canArchive(): boolean {
    return this.#deps.thisHost.hasArchive;
  }

  namesOf(path: string): readonly string[] {
    return this.#deps.thisHost.namesOf(path);
  }

  whyOutside(workspace: Located["workspace"]): KeepReason | null {
    return this.#deps.thisHost.whyOutside(workspace);
  }

  async look(cleanup: Located, where: "here" | "trash"): Promise<Findings> {
    const root = await this.#deps.thisHost.open();
    const { workspace, tombstone } = cleanup;
    const isInTrash = where === "trash" && tombstone !== null;
    await using folder = await (isInTrash
      ? openTrashed(root, tombstone.removal.trashName)
      : root.openWorkspace(workspace.path));
    const trashName = tombstone?.removal.trashName ?? newTrashName(cleanup);
    const { threads, worker } = this.#deps;
    const holders = await this.#holdersOf(folder);
    const { reasons, frees, newestMs } = await surveyRemoval(folder, { threads, signal: worker.stop.asked });
    const inspection = await this.inspect(folder, cleanup, isInTrash);
    const worktrees = inspection.repositories.filter(
      ({ kind, path }) => kind === "linked-worktree" && path.length > 0,
    );
    const removal = await planRemoval(root, folder, {
      path: workspace.path,
      trashName,
      worktrees: worktrees.map(({ path }) => path),
    });
    const split = splitReasons(inspection.reasons);
    return {
      // The entries of worktrees name the paths, which nothing has while the folder is in the trash.
      removal: isInTrash ? { ...removal, ...entriesIn(tombstone.removal) } : removal,
      answer: inspection.answer,
      work: split.work,
      obstacles: [...holders, ...reasons, ...split.obstacles],
      print: printOf(inspection),
      frees,
      changedAt: new Date(newestMs + this.#aheadMs()),
    };
  }

  /** How far the bot's clock is ahead of this host's, which gives files their times. */
  #aheadMs(): number {
    return this.#deps.worker.now().getTime() - Date.now();
  }

  /** What a workspace holds. @param isLast it is in the trash: see `Neighbours.borrowersOf` and `MovedFolder` */
  async inspect(
    folder: OpenFolder,
    { workspace: { id, generation, path } }: Pick<Located, "workspace">,
    isLast = false,
  ): Promise<Inspection> {
    const { workspaces, neighbours, github, worker } = this.#deps;
    const record = await workspaces.find(id);
    const names = this.namesOf(path);
    const from = names.map((name) => Buffer.from(name));
    const inTrash = () => pathsInTrash(names, this.#deps);
    return inspect(folder, {
      host: { inTrash, ...(isLast && { moved: { from, to: folder } }) },
      baseline: (await workspaces.baselineOf(id, generation)) as Baseline | null,
      askGitHub: askGitHubFor(record?.repository ?? null, github),
      borrowers: await neighbours.borrowersOf(path, { isLast }),
      now: worker.now,
      signal: worker.stop.asked,
    });
  }

  async #holdersOf(folder: OpenFolder): Promise<readonly KeepReason[]> {
    const { finder, telemetry, worker } = this.#deps;
    const { dev, ino } = folder;
    const path = String(await folder.currentPath());
    const onFailure = (error: unknown) => telemetry.setback("holders", error);
    const wait = (ms: number) => worker.stop.wait(ms);
    const holders = await findLastingHolders(finder, { dev, ino, path }, { onFailure, wait });
    return holders.map(holderReason);
  }
}

function entriesIn({ worktree, nested = [] }: Tombstone): Pick<Tombstone, "worktree" | "nested"> {
  return { worktree, nested };
}

function newTrashName({ _id }: Pick<Located, "_id">): string {
  return `${String(_id)}-${randomBytes(SECRET_BYTES).toString("hex")}`;
}

/** Where each repository stands, and how much is nowhere else: what a person would call the state of the work. */
function printOf({ answer, repositories, files }: Inspection): string {
  const seen = {
    answer,
    repositories: repositories.map(({ path, kind, head, changed, staged, indexOutside, ...loose }) => ({
      path: path.toString("base64"),
      kind,
      head: [head.ref?.toString("base64") ?? null, head.sha],
      loose: [loose.looseCommits, ...loose.looseTips.map(({ sha }) => sha).toSorted()],
      changed: listed(changed.paths),
      staged: listed(staged.paths),
      indexOutside,
    })),
    unknown: [files.unknown.count, files.unknown.bytes, listed(files.unknown.paths)],
  };
  return createHash("sha256").update(JSON.stringify(seen)).digest("hex");
}

function listed(paths: readonly Buffer[]): readonly string[] {
  return paths.map((path) => path.toString("base64")).toSorted();
}
