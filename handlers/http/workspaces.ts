import type { HttpServer } from "../../src/http/http-server.ts";
import { readCursor, toPage } from "../../src/http/page.ts";
import { holding } from "../../src/workspaces/record/rules/leases.ts";
import type { StoredWorkspace } from "../../src/workspaces/record/workspace.ts";
import { isWorkspaceId } from "../../src/workspaces/record/workspace-id.ts";
import type { StoredRestore } from "../../src/workspaces/restores/store.ts";
import type { WorkspaceParts } from "../../src/workspaces/needs.ts";
import { shower } from "./cleanups.ts";
import { ARCHIVE, GET, LIST, RESTORE } from "./schemas/workspace-schemas.ts";

/** `/api/v1/workspaces`: the folders in which agents work, and why each of them is kept. */
export function workspaceRoutes(server: HttpServer, parts: WorkspaceParts): void {
  const { workspaces, byHand, cleanupStore, restores, now } = parts;
  server.get(
    "/api/v1/workspaces",
    { config: { access: "read" }, schema: LIST },
    async ({ query: { limit, cursor, ...filter } }) => {
      const after = readCursor(cursor, isWorkspaceId);
      const rows = await workspaces.list({ ...filter, after, limit: limit + 1 });
      const show = (workspace: StoredWorkspace) => showWorkspace(workspace, now());
      return toPage(rows, { limit, idOf: ({ _id }) => _id, show });
    },
  );

  server.get(
    "/api/v1/workspaces/:id",
    { config: { access: "read" }, schema: GET },
    async ({ params: { id } }) => {
      const workspace = await byHand.known(id);
      const active = await cleanupStore.activeOf(id);
      // Of one that is gone: what removed it, if that has archived it.
      const cleanup = active ?? (workspace.goneAt && (await cleanupStore.lastArchiving(id)));
      const shown = cleanup && (await shower([cleanup], parts))(cleanup);
      const restore = await restores.latestOf(id);
      const more = { cleanup: shown, restore: restore && showRestore(restore) };
      return { ...showWorkspace(workspace, now()), ...more };
    },
  );
  wishes(server, parts);
}

function wishes(server: HttpServer, { byHand }: WorkspaceParts): void {
  server.post(
    "/api/v1/workspaces/:id/archive",
    { config: { access: "write" }, schema: ARCHIVE },
    async ({ params: { id }, actor }, reply) => {
      const workspace = await byHand.known(id);
      const how = { unpushed: "archive", dryRun: false, by: actor?.name ?? "" } as const;
      const [cleanup] = await byHand.ask([workspace], how);
      return reply.status(202).send({
        id,
        cleanup: cleanup ? String(cleanup._id) : null,
        replaced: cleanup?.replaced ?? null,
      });
    },
  );

  server.post(
    "/api/v1/workspaces/:id/restore",
    { config: { access: "write" }, schema: RESTORE },
    async ({ params: { id }, actor }, reply) => {
      const restore = await byHand.restore(id, actor?.name ?? "");
      return reply.status(202).send({ id, restore: showRestore(restore) });
    },
  );
}

function showRestore({ archive, status, by, problem, notAsBefore, createdAt, endedAt, work }: StoredRestore) {
  const nextAttemptAt = status === "done" ? null : work.dueAt;
  return { archive, status, by, problem, notAsBefore, nextAttemptAt, createdAt, endedAt };
}

function showWorkspace(workspace: StoredWorkspace, now: Date) {
  const { host, path, generation, status, noticedBy, projects, repository, createdAt, leases } = workspace;
  return {
    id: workspace._id,
    host,
    path,
    generation,
    status,
    noticedBy,
    projects,
    repository,
    size: workspace.size,
    createdAt,
    ageSeconds: Math.max(0, Math.floor((now.getTime() - createdAt.getTime()) / 1_000)),
    lastActiveAt: workspace.lastActiveAt,
    lastActiveBy: workspace.lastActiveBy,
    leases: holding(leases, now).map(({ kind, holder, until }) => ({ kind, holder, until })),
    kept: workspace.kept,
    asked: workspace.asked,
    dueAt: workspace.dueAt,
    because: workspace.because,
    fenceUntil: workspace.fenceUntil,
    goneAt: workspace.goneAt,
    removedAt: workspace.removedAt,
    updatedAt: workspace.updatedAt,
  };
}
