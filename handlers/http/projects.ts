import { z } from "zod";
import { OrbError } from "../../src/errors.ts";
import { pageOf, pageQuery, readCursor, toPage } from "../../src/http/page.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { type Dated, PROJECT_STATUSES } from "../../src/projects/project.ts";
import type { StoredProject } from "../../src/projects/store.ts";
import { isProjectId, PHASES } from "../../src/signals/signal.ts";
import { project as shownProject, wholeProject } from "./answers/project.ts";
import { showPullRequest } from "./pull-requests.ts";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";

const listQuery = z.strictObject({ ...pageQuery, status: z.enum(PROJECT_STATUSES).optional() });

const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(shownProject, "ProjectPage") },
  operation: { id: "listProjects", tag: "Projects", summary: "List projects", description: "By their ids." },
} as const;
const GET = {
  params: z.object({ id: z.string() }),
  response: { 200: wholeProject },
  operation: {
    id: "getProject",
    tag: "Projects",
    summary: "Read a project",
    description: "With the history of its phases, what its agents did, and its pull requests.",
    problems: ["not_found"],
  },
} as const;

/** `GET /api/v1/projects` and `/projects/{id}`. */
export function projectRoutes(
  server: HttpServer,
  { projectStore, pullRequestStore }: Pick<PullRequestParts, "projectStore" | "pullRequestStore">,
): void {
  server.get(
    "/api/v1/projects",
    { config: { access: "read" }, schema: LIST },
    async ({ query: { limit, cursor, status = null } }) => {
      const after = readCursor(cursor, isProjectId);
      const rows = await projectStore.list({ after, limit: limit + 1, status });
      return toPage(rows, { limit, idOf: ({ _id }) => _id, show: showProject });
    },
  );

  server.get(
    "/api/v1/projects/:id",
    { config: { access: "read" }, schema: GET },
    async ({ params: { id } }) => {
      const project = await projectStore.find(id);
      if (!project) throw unknownProject(id);
      const pullRequests = await pullRequestStore.ofProject(id);
      return {
        ...showProject(project),
        ...showWork(project),
        pullRequests: pullRequests.map(showPullRequest),
      };
    },
  );
}

function unknownProject(id: string): OrbError {
  return new OrbError({
    code: "not_found",
    reason: `No signal has mentioned a project ${JSON.stringify(id)}.`,
    remedy: "GET /api/v1/projects lists the known projects.",
  });
}

function showProject({
  _id: id,
  facts,
  status,
  phase,
  because,
  cleanup,
  workspaceGone = null,
  createdAt,
  updatedAt,
}: StoredProject) {
  const { created, pullRequests, lastActiveAt } = facts;
  return {
    id,
    name: created?.value.name ?? null,
    userId: created?.value.userId ?? null,
    status,
    phase,
    because,
    repository: created?.value.repository ?? facts.completed?.value.repository ?? null,
    issue: created?.value.issue ?? null,
    workspace: created?.value.workspace ?? null,
    pullRequests,
    cleanup,
    workspaceGone,
    lastActiveAt,
    createdAt,
    updatedAt,
  };
}

/** What the agents did and said. It is too much for a list. */
function showWork({ facts }: StoredProject) {
  const { history, executions } = facts;
  return {
    phases: PHASES.map((name) => showPhase(name, facts)),
    history: history.map(showDated),
    agents: executions.map(showDated),
  };
}

function showPhase(phase: (typeof PHASES)[number], { history }: StoredProject["facts"]) {
  const steps = history.filter(({ value }) => value.phase === phase);
  const started = steps.find(({ value }) => value.step === "started");
  const completed = steps.findLast(({ value }) => value.step === "completed");
  const latest = <Name extends "agent" | "summary" | "plan">(name: Name) =>
    steps.findLast(({ value }) => value[name] !== null)?.value[name] ?? null;
  return {
    phase,
    startedAt: started?.at ?? null,
    completedAt: completed?.at ?? null,
    agent: latest("agent"),
    summary: latest("summary"),
    plan: latest("plan"),
  };
}

function showDated<T extends object>({ at, value }: Dated<T>) {
  return { at, ...value };
}
