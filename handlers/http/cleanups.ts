import type { HttpServer } from "../../src/http/http-server.ts";
import { isObjectId, readCursor, toPage } from "../../src/http/page.ts";
import type { StoredCleanup } from "../../src/workspaces/cleanups/cleanup.ts";
import { archivesOf, type KnownArchive } from "../../src/workspaces/cleanups/archives.ts";
import { whyWaiting } from "../../src/workspaces/hosts/rules/absent.ts";
import type { StoredHost } from "../../src/workspaces/record/host-store.ts";
import type { WorkspaceParts } from "../../src/workspaces/needs.ts";
import { ASK, CANCEL, GET, LIST, RUN } from "./schemas/cleanup-schemas.ts";

/** `/api/v1/cleanups`: what is removed, when, and why not. A request only writes what is wanted; the host's worker acts. */
export function cleanupRoutes(server: HttpServer, parts: WorkspaceParts): void {
  questions(server, parts);
  wishes(server, parts);
}

function questions(server: HttpServer, parts: WorkspaceParts): void {
  const { cleanups, cleanupStore } = parts;
  server.get(
    "/api/v1/cleanups",
    { config: { access: "read" }, schema: LIST },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readCursor(cursor, isObjectId);
      const rows = await cleanupStore.list(filter, { before, limit: limit + 1 });
      const show = await shower(rows, parts);
      return toPage(rows, { limit, idOf: ({ _id }) => String(_id), show });
    },
  );

  server.get(
    "/api/v1/cleanups/:id",
    { config: { access: "read" }, schema: GET },
    async ({ params: { id } }) => {
      const cleanup = await cleanups.known(id);
      const show = await shower([cleanup], parts);
      return { ...show(cleanup), history: cleanup.history };
    },
  );
}

function wishes(server: HttpServer, parts: WorkspaceParts): void {
  const { cleanups, byHand } = parts;

  server.post(
    "/api/v1/cleanups",
    { config: { access: "write" }, schema: ASK },
    async ({ body: { project, workspace, ...how }, actor }, reply) => {
      const found = workspace ? await byHand.named(workspace) : await byHand.ofProject(project ?? "");
      const asked = await byHand.ask(found, { ...how, by: actor?.name ?? "" });
      const show = await shower(asked, parts);
      return reply.status(202).send({
        // A workspace has one clean-up at a time, so a second wish changes the first.
        cleanups: asked.map((cleanup) => Object.assign(show(cleanup), { replaced: cleanup.replaced })),
      });
    },
  );

  server.post(
    "/api/v1/cleanups/:id/run",
    { config: { access: "write" }, schema: RUN },
    async ({ params: { id }, actor }, reply) => {
      const cleanup = await cleanups.run(id, actor?.name ?? "");
      return reply.status(202).send((await shower([cleanup], parts))(cleanup));
    },
  );

  server.delete(
    "/api/v1/cleanups/:id",
    { config: { access: "write" }, schema: CANCEL },
    async ({ params: { id }, actor }) => {
      const cleanup = await cleanups.cancel(id, actor?.name ?? "");
      return (await shower([cleanup], parts))(cleanup);
    },
  );
}

/** Reads what is shown with these clean-ups. @returns what shows one of them */
export async function shower(
  cleanups: readonly StoredCleanup[],
  parts: Pick<WorkspaceParts, "cleanupStore" | "restores" | "workspaces" | "hosts" | "now">,
) {
  const { hosts, now } = parts;
  const known = await hosts.findAll(cleanups.map(({ host }) => host));
  const archives = await archivesOf(cleanups, parts);
  return (cleanup: StoredCleanup) => {
    const host = known.get(cleanup.host) ?? null;
    return showCleanup(cleanup, { host, archive: archives.get(String(cleanup._id)) ?? null, now: now() });
  };
}

/** @param known `host`: the last report of its host's worker; `null` if there was none */
function showCleanup(
  cleanup: StoredCleanup,
  {
    host,
    archive: known,
    now,
  }: { readonly host: StoredHost | null; readonly archive: KnownArchive | null; readonly now: Date },
) {
  const { workspace, projects, status, step, origin, by, because, unpushed, dryRun, at, work } = cleanup;
  const isWaiting = status === "scheduled" || status === "deferred" || status === "failed";
  return {
    id: String(cleanup._id),
    workspace: { id: workspace.id, host: workspace.host, path: workspace.path },
    projects,
    status,
    step,
    origin,
    by,
    because,
    unpushed,
    dryRun,
    at,
    nextAttemptAt: isWaiting ? work.dueAt : null,
    /** Why it does not begin although it may be due. */
    waitsFor: isWaiting ? whyWaiting(cleanup.host, host, now) : null,
    reasons: cleanup.reasons,
    problem: cleanup.problem,
    outcome: cleanup.outcome,
    freed: cleanup.freed,
    /** Its name on the host. */
    archive: known?.name ?? null,
    /** When it was written, how large it is, and how to restore it. */
    archived: known && withoutName(known),
    progress: cleanup.progress,
    fenceUntil: cleanup.fenceUntil,
    createdAt: cleanup.createdAt,
    startedAt: cleanup.startedAt,
    endedAt: cleanup.endedAt,
    updatedAt: cleanup.updatedAt,
  };
}

function withoutName({ bytes, at, restorable, problem, restore }: KnownArchive) {
  return { bytes, at, restorable, problem, restore };
}
