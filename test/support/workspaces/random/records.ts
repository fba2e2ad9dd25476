import { join } from "node:path";
import type { Db } from "mongodb";
import type { ProjectFacts, ProjectPullRequest } from "../../../../src/projects/project.ts";
import { NO_FACTS } from "../../../../src/projects/rules/fold-signal.ts";
import { projectStatus } from "../../../../src/projects/rules/project-status.ts";
import type { StoredProject } from "../../../../src/projects/store.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import type { Lease, StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { borrowerOf } from "./build.ts";
import type { Planned, PlannedProject } from "./plan.ts";

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const REPOSITORY = "octo/hello";

interface Host {
  readonly host: string;
  readonly root: string;
  /** By the clock of the bots. */
  readonly now: Date;
}

/**
 * Stores what a bot would remember that has taken their signals and webhooks weeks ago. Directly, because thousands of signals would
 * cost minutes, and because pull requests that ended weeks ago can't be made; those with `noticed: "signals"` come through the door.
 */
export async function storeRecords(database: Db, all: readonly Planned[], host: Host): Promise<void> {
  const stored = all.filter(({ noticed }) => noticed === "stored");
  const workspaces = stored.map((planned) => workspaceOf(planned, host));
  const borrowers = all
    .filter(({ lends }) => lends === "objects")
    .map((planned) => borrowerFor(planned, host));
  const projects = stored.flatMap((planned) =>
    planned.projects.map((project) => projectOf(project, planned, host)),
  );
  const running = borrowers.flatMap(({ projects: [id = ""], path }) => [runningProject(id, path, host)]);
  const store = async (collection: string, documents: readonly object[]) => {
    if (documents.length > 0) await database.collection(collection).insertMany([...documents]);
  };
  await store("workspaces", [...workspaces, ...borrowers]);
  await store("projects", [...projects, ...running]);
}

function workspaceOf(
  { name, projects, activeDays, lease }: Planned,
  { host, root, now }: Host,
): StoredWorkspace {
  const isNobodys = projects.length === 0;
  const at = daysBefore(now, activeDays);
  const noticed = {
    host,
    path: join(root, name),
    noticedBy: isNobodys ? "disk" : "signal",
    at,
    now,
  } as const;
  return {
    ...newWorkspace(noticed),
    projects: projects.map(({ id }) => id).toSorted(),
    repository: isNobodys ? null : REPOSITORY,
    repositoryAt: isNobodys ? null : at,
    createdAt: daysBefore(now, activeDays + 30),
    lastSignalAt: isNobodys ? null : at,
    leases: lease === null ? [] : [leaseOf(lease, now)],
  };
}

function leaseOf(kind: NonNullable<Planned["lease"]>, now: Date): Lease {
  const isEnded = kind === "ended";
  const until = new Date(now.getTime() + (isEnded ? -HOUR_MS : 5 * HOUR_MS));
  return {
    kind: isEnded ? "heartbeat" : kind,
    holder: "project (agent)",
    until,
    signal: null,
    since: daysBefore(now, 1),
  };
}

function borrowerFor({ name }: Planned, host: Host): StoredWorkspace {
  const id = `${name}-borrower`;
  const noticed = {
    host: host.host,
    path: borrowerOf(join(host.root, name)),
    noticedBy: "signal",
    at: host.now,
    now: host.now,
  } as const;
  return { ...newWorkspace(noticed), projects: [id], repository: REPOSITORY, repositoryAt: host.now };
}

function projectOf(project: PlannedProject, { name }: Planned, host: Host): StoredProject {
  const { id, status, endedDays, wishDays } = project;
  const at = daysBefore(host.now, endedDays);
  const key = `test ${id}`;
  const wish =
    wishDays === null || status === "running" || status === "open"
      ? {}
      : { retention: { [status]: wishDays } };
  const facts: ProjectFacts = {
    ...factsOf(id, join(host.root, name), host),
    ...(status === "cancelled" && { cancelled: { at, key, value: { reason: null } } }),
    ...(status === "failed" && { failed: { at, key, value: { reason: "The model gave up" } } }),
    ...(status === "completed" && {
      completed: { at, key, value: { repository: REPOSITORY, branch: `agent/${id}` } },
    }),
  };
  const { created } = facts;
  const withWish = created && { ...created, value: { ...created.value, ...wish } };
  const pullRequests =
    status === "merged" || status === "closed" || status === "open" ? [pullRequestOf(id, status, at)] : [];
  return documentOf(id, { ...facts, created: withWish, pullRequests }, host);
}

function runningProject(id: string, path: string, host: Host): StoredProject {
  return documentOf(id, factsOf(id, path, host), host);
}

function factsOf(id: string, path: string, { host, now }: Host): ProjectFacts {
  const workspace = { host, path };
  const value = { name: "Add a greeting", userId: "user-1", repository: REPOSITORY, workspace, issue: null };
  return { ...NO_FACTS, created: { at: daysBefore(now, 60), key: `created ${id}`, value } };
}

function pullRequestOf(id: string, status: "open" | "merged" | "closed", at: Date): ProjectPullRequest {
  const number = 10_000;
  const url = `https://github.com/${REPOSITORY}/pull/${number}`;
  const known = { id: `pr-${id}`, repository: REPOSITORY, branch: `agent/${id}`, status, number, url };
  const days = status === "merged" ? 1 : 7;
  const keptUntil = new Date(at.getTime() + days * DAY_MS);
  return status === "open"
    ? { ...known, endedAt: null, workspaceKeptUntil: null }
    : { ...known, endedAt: at, workspaceKeptUntil: keptUntil };
}

function documentOf(id: string, facts: ProjectFacts, { now }: Host): StoredProject {
  const { status, phase, because } = projectStatus(facts);
  return {
    _id: id,
    facts,
    status,
    phase,
    because,
    cleanup: null,
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
