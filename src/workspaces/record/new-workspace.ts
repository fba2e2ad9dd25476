import type { StoredWorkspace, Workspace } from "./workspace.ts";
import { workspaceId } from "./workspace-id.ts";

/** How a workspace was first noticed. */
export interface Noticed extends Pick<Workspace, "host" | "path" | "noticedBy"> {
  /** The time of the signal, or of the first sight. */
  readonly at: Date;
  readonly now: Date;
}

/** The record of a workspace that nothing is known about but its place. */
export function newWorkspace({ host, path, noticedBy, at, now }: Noticed): StoredWorkspace {
  return {
    _id: workspaceId({ host, path }),
    host,
    path,
    generation: 1,
    revision: 0,
    ...unknownFolder({ noticedBy, at, now }),
  };
}

/** The fields for another folder at the path of a record: nothing is left from the one before. */
export function unknownFolder({
  noticedBy,
  at,
  now,
}: Pick<Noticed, "noticedBy" | "at" | "now">): Omit<
  Workspace,
  "host" | "path" | "generation" | "revision" | "baseline"
> & { baseline: null } {
  return {
    status: "active",
    noticedBy,
    projects: [],
    projectsDropped: 0,
    repository: null,
    repositoryAt: null,
    createdAt: at,
    baseline: null,
    folder: null,
    seenAt: null,
    lastActiveAt: at,
    lastActiveBy: noticedBy === "disk" ? "first_sight" : "signal",
    lastSignalAt: noticedBy === "disk" ? null : now,
    leases: [],
    size: null,
    measuredAt: new Date(0),
    readAgainAt: new Date(0),
    kept: [],
    isKept: false,
    dueAt: null,
    because: null,
    asked: null,
    fenceUntil: null,
    goneAt: null,
    removedAt: null,
    updatedAt: now,
  };
}
