import { z } from "zod";
import { OrbError } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { pageOf, pageQuery, readCursor, toPage } from "../../src/http/page.ts";
import type { StoredHost } from "../../src/workspaces/record/host-store.ts";
import { whyWaiting } from "../../src/workspaces/hosts/rules/absent.ts";
import type { WorkspaceParts } from "../../src/workspaces/needs.ts";
import { host as shownHost, hostUsage } from "./answers/disk.ts";

const NAME_CHARACTERS_MAX = 200;
const host = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);
const body = z.strictObject({ host }).meta({ id: "HostRequest", examples: [{ host: "host-1" }] });

/** Only the worker of the host knows its marks and acts, so the answer comes later. */
const ANSWER =
  "GET /api/v1/disk says in lastRelief what was done, or why nothing was: within a minute if the host's worker runs.";

const LIST = {
  querystring: z.strictObject(pageQuery),
  response: { 200: pageOf(shownHost, "HostPage") },
  operation: {
    id: "listDisks",
    tag: "Disks",
    summary: "List hosts and how full their disks are",
  },
} as const;
const RELIEVE = {
  body,
  response: {
    202: z.object({
      host: z.string(),
      accepted: z.literal("relieve"),
      usage: hostUsage.nullable(),
      answer: z.string().meta({ description: "Where to read what was done." }),
    }),
  },
  operation: {
    id: "relieveDisk",
    tag: "Disks",
    summary: "Make room on a disk now",
    description:
      "An emergency clean-up, whatever the marks of the disk say. It removes no work that is nowhere else.",
    problems: ["unknown_host"],
  },
} as const;
const TURNS = {
  pause: {
    id: "pauseDisk",
    tag: "Disks",
    summary: "Pause all removals on a host",
    problems: ["unknown_host"],
  },
  resume: {
    id: "resumeDisk",
    tag: "Disks",
    summary: "Let removals on a host go on",
    problems: ["unknown_host"],
  },
} as const;
const turned = <Act extends keyof typeof TURNS>(act: Act) =>
  z.object({ host: z.string(), accepted: z.literal(act) });

/** `/api/v1/disk`: how full the disks of the workspaces are, as each host's worker reported it; and what an operator can do. */
export function diskRoutes(server: HttpServer, { hosts, now }: WorkspaceParts): void {
  server.get(
    "/api/v1/disk",
    { config: { access: "read" }, schema: LIST },
    async ({ query: { limit, cursor } }) => {
      const after = readCursor(cursor, (name) => host.safeParse(name).success);
      const rows = await hosts.list({ after, limit: limit + 1 });
      return toPage(rows, { limit, idOf: ({ _id }) => _id, show: (row) => showHost(row, now()) });
    },
  );

  server.post(
    "/api/v1/disk/relieve",
    { config: { access: "admin" }, schema: RELIEVE },
    async ({ body: { host: name }, actor }, reply) => {
      const asked = { by: actor?.name ?? "", at: now() };
      if (!(await hosts.askRelief(name, asked))) throw unknownHost(name);
      const { usage = null } = (await hosts.find(name)) ?? {};
      return reply.status(202).send({ host: name, accepted: "relieve", usage, answer: ANSWER });
    },
  );

  for (const act of ["pause", "resume"] as const) {
    server.post(
      `/api/v1/disk/${act}`,
      {
        config: { access: "admin" },
        schema: { body, response: { 202: turned(act) }, operation: TURNS[act] },
      },
      async ({ body: { host: name }, actor }, reply) => {
        const paused = act === "pause" ? { by: actor?.name ?? "", at: now() } : null;
        if (!(await hosts.pause(name, paused))) throw unknownHost(name);
        return reply.status(202).send({ host: name, accepted: act });
      },
    );
  }
}

function unknownHost(name: string): OrbError {
  return new OrbError({
    code: "unknown_host",
    reason: `No worker of a host ${JSON.stringify(name)} has reported a disk with workspaces.`,
    remedy: "GET /api/v1/disk lists the known hosts. A worker reports if WORKSPACE_ROOT is set.",
  });
}

function showHost(stored: StoredHost, now: Date) {
  const { _id, root, hasArchive, reportedAt, usage, pressureSince, pressureBecause } = stored;
  const { reliefAsked, lastRelief, paused } = stored;
  return {
    host: _id,
    root,
    hasArchive,
    reportedAt,
    usage,
    pressure: pressureSince && { since: pressureSince, because: pressureBecause },
    reliefAsked,
    lastRelief: lastRelief ?? null,
    paused,
    waitsFor: whyWaiting(_id, stored, now),
  };
}
