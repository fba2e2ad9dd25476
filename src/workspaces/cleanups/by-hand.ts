import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../../errors.ts";
import type { Database } from "../../mongo/database.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { HostStore } from "../record/host-store.ts";
import { liesIn, workspacePath } from "../record/rules/workspace-path.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { isWorkspaceId } from "../record/workspace-id.ts";
import { nothingToRestore, stillThere } from "../restores/refusals.ts";
import type { RestoreStore, StoredRestore } from "../restores/store.ts";
import type { Unpushed } from "./cleanup.ts";
import type { Asked, Cleanups } from "./cleanups.ts";
import type { CleanupStore } from "./store.ts";

/** A clean-up can be scheduled so far ahead. */
const AHEAD_MS_MAX = 366 * 24 * 3_600_000;

/** A worker that only looks into a workspace is done soon: the caller does not have to ask again. */
const LOOKING_TRIES_MAX = 10;
const LOOKING_WAIT_MS = 200;

interface Deps {
  readonly restores: RestoreStore;
  readonly cleanupStore: CleanupStore;
  readonly workspaces: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly hosts: HostStore;
  readonly cleanups: Cleanups;
  readonly database: Database;
  readonly now: () => Date;
}

interface How {
  readonly at?: Date | undefined;
  readonly unpushed: Unpushed;
  readonly dryRun: boolean;
  readonly by: string;
}

/**
 * What an operator asks for, checked before anything is stored. Only workspaces that have a record can be cleaned up: a path
 * that somebody types removes nothing that the bot has not seen itself.
 */
export class ByHand {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws OrbError `not_found` */
  async known(id: string): Promise<StoredWorkspace> {
    const workspace = isWorkspaceId(id) ? await this.#deps.workspaces.find(id) : null;
    if (workspace) return workspace;
    throw new OrbError({
      code: "not_found",
      reason: `No workspace has the id ${JSON.stringify(id)}.`,
      remedy: "GET /api/v1/workspaces lists the known ones.",
    });
  }

  /** @throws OrbError `unknown_project`, or `no_workspace` if the project has none */
  async ofProject(project: string): Promise<readonly StoredWorkspace[]> {
    const { workspaces, projectStore } = this.#deps;
    const found = (await workspaces.ofProject(project)).filter(({ goneAt }) => goneAt === null);
    if (found.length > 0) return found;
    if (await projectStore.find(project)) throw noWorkspace(project);
    throw new OrbError({
      code: "unknown_project",
      reason: `No signal has mentioned a project ${JSON.stringify(project)}.`,
      remedy: "GET /api/v1/projects lists the known projects.",
    });
  }

  /** @throws OrbError `bad_workspace_path`, `unknown_host`, `outside_root`, `unknown_workspace` */
  async named({ host, path }: { host: string; path: string }): Promise<readonly StoredWorkspace[]> {
    const { workspaces, hosts } = this.#deps;
    const normal = workspacePath(path);
    const known = await hosts.find(host);
    const isInside = known === null || liesIn(normal, known.root) || liesIn(normal, known.realRoot);
    if (known && !isInside) throw outsideRoot(normal, { host, root: known.root });
    const workspace = await workspaces.findByPath(host, normal);
    if (workspace) return [workspace];
    if (!known && (await workspaces.list({ host, after: null, limit: 1 })).length === 0)
      throw unknownHost(host);
    throw new OrbError({
      code: "unknown_workspace",
      reason: `The bot knows no workspace ${JSON.stringify(normal)} on the host ${JSON.stringify(host)}.`,
      remedy:
        "GET /api/v1/workspaces lists the known ones. A folder below the root is found within 15 minutes.",
    });
  }

  /**
   * Asks for an archived workspace to come back to its path. Its record may have been forgotten: the clean-up that archived it is not.
   *
   * @throws OrbError `not_found`, `workspace_present`, `nothing_to_restore`
   */
  async restore(id: string, by: string): Promise<StoredRestore> {
    const { cleanupStore, workspaces, restores, database, now } = this.#deps;
    const last = await cleanupStore.lastArchiving(id);
    const record = last ? await workspaces.find(id) : await this.known(id);
    if (record?.goneAt === null) throw stillThere(record.path);
    const archive = last?.tombstone?.archive;
    if (!last?.tombstone || !archive) throw nothingToRestore(record?.path ?? id);
    const wish = { workspace: last.workspace, archive, removal: last.tombstone.removal, by };
    return database.transaction((transaction) => restores.ask(wish, { now: now(), transaction }));
  }

  /**
   * Asks for a clean-up of each of these workspaces.
   *
   * @throws OrbError `bad_request` for a time too far ahead, `workspace_gone`, `no_archive`, or the reason why a clean-up that
   *   has begun can't be changed
   */
  async ask(found: readonly StoredWorkspace[], { at, by, ...how }: How): Promise<Asked[]> {
    const { cleanups, database, hosts, now } = this.#deps;
    const time = now();
    const latest = new Date(time.getTime() + AHEAD_MS_MAX);
    if (at && at > latest) throw tooFarAhead(at, latest);
    for (const workspace of found) {
      if (workspace.goneAt !== null) throw gone(workspace);
      const host = await hosts.find(workspace.host);
      if (how.unpushed === "archive" && host && !host.hasArchive) throw noArchive(workspace.host);
    }
    const because = how.dryRun ? `${by} asked what would happen` : `${by} asked for it`;
    const wish = {
      ...how,
      by,
      because,
      origin: "person",
      cause: "asked",
      at: at && at > time ? at : time,
    } as const;
    const askAll = () =>
      database.transaction(async (transaction) => {
        const asked: Asked[] = [];
        for (const workspace of found) asked.push(await cleanups.ask(workspace, wish, { transaction }));
        return asked;
      });
    for (let tries = 1; ; tries++) {
      try {
        return await askAll();
      } catch (error) {
        if (!isLooking(error) || tries === LOOKING_TRIES_MAX) throw error;
        await delay(LOOKING_WAIT_MS);
      }
    }
  }
}

function isLooking(error: unknown): boolean {
  return error instanceof OrbError && error.code === "cleanup_running";
}

function noWorkspace(project: string): OrbError {
  return new OrbError({
    code: "no_workspace",
    reason: `No workspace of the project ${JSON.stringify(project)} is left.`,
    remedy: "No action needed. GET /api/v1/cleanups?project=… shows what became of it.",
  });
}

function outsideRoot(path: string, { host, root }: { host: string; root: string }): OrbError {
  return new OrbError({
    code: "outside_root",
    reason: `${JSON.stringify(path)} is not below ${JSON.stringify(root)}, the root of the workspaces on ${host}.`,
    remedy: `Name a folder below that root, such as ${JSON.stringify(`${root}/p-1`)}. Nothing outside of it is ever removed.`,
  });
}

function unknownHost(host: string): OrbError {
  return new OrbError({
    code: "unknown_host",
    reason: `Neither a worker nor a signal has mentioned a host ${JSON.stringify(host)}.`,
    remedy: "GET /api/v1/disk lists the hosts whose workers have reported.",
  });
}

function tooFarAhead(at: Date, latest: Date): OrbError {
  return new OrbError({
    code: "bad_request",
    reason: `\`at\` in the body is ${at.toISOString()}, and a clean-up can be scheduled a year ahead at most.`,
    remedy: `Send a time until ${latest.toISOString()}, or leave \`at\` out to begin now.`,
  });
}

function gone({ path, host }: StoredWorkspace): OrbError {
  return new OrbError({
    code: "workspace_gone",
    reason: `The workspace ${JSON.stringify(path)} on ${host} is not there any more.`,
    remedy: "No action needed. GET /api/v1/workspaces/{id} says since when.",
  });
}

function noArchive(host: string): OrbError {
  return new OrbError({
    code: "no_archive",
    reason: `The host ${host} has no archive.`,
    remedy: "Set WORKSPACE_ARCHIVE there and start its worker again, or push the work.",
  });
}
