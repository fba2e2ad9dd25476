// The schemas of the routes in `cleanups.ts`.

import { z } from "zod";
import { pageOf, pageQuery } from "../../../src/http/page.ts";
import { isProjectId, PROJECT_ID_PATTERN } from "../../../src/signals/signal.ts";
import { CLEANUP_STATUSES, UNPUSHED_MODES } from "../../../src/workspaces/cleanups/cleanup.ts";
import { askedCleanup, cleanup, cleanupWithHistory } from "../answers/cleanup.ts";
import { noBody } from "./no-body.ts";

const NAME_CHARACTERS_MAX = 200;
const PATH_CHARACTERS_MAX = 4_096;
const PROJECT_ID = "must be the id of a project as in its signals, such as csv-1";
const name = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);

/** `workspacePath` judges it, in words that say what to do. */
const path = z
  .string()
  .min(1)
  .max(PATH_CHARACTERS_MAX)
  .meta({ pattern: String.raw`^/[^\u0000]` });

const listQuery = z
  .strictObject({
    ...pageQuery,
    status: z.enum(CLEANUP_STATUSES).optional(),
    project: name.optional(),
    host: name.optional(),
    archived: z
      .enum(["true", "false"])
      .transform((text) => text === "true")
      .optional(),
  })
  .meta({ examples: ["?status=deferred&host=host-1&limit=50"] });
const params = z.object({ id: z.string() });
const EXAMPLES = [
  {
    workspace: { host: "host-1", path: "/var/orb/workspaces/p-1" },
    at: "2026-12-24T18:00:00Z",
    unpushed: "archive",
    dryRun: true,
  },
];
const body = z
  .strictObject({
    project: z.string().refine(isProjectId, PROJECT_ID).meta({ pattern: PROJECT_ID_PATTERN }).optional(),
    workspace: z.strictObject({ host: name, path }).optional(),
    at: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional(),
    unpushed: z.enum(UNPUSHED_MODES).default("keep"),
    dryRun: z.boolean().default(false),
  })
  .refine(({ project, workspace }) => (project === undefined) !== (workspace === undefined), {
    error: "must have either `project` or `workspace`, and not both",
  })
  .meta({
    id: "CleanupRequest",
    examples: EXAMPLES,
    // zod leaves out the examples of a schema that transforms.
    override: {
      examples: EXAMPLES,
      oneOf: [{ required: ["project"] }, { required: ["workspace"] }],
    },
  });

export const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(cleanup, "CleanupPage") },
  operation: {
    id: "listCleanups",
    tag: "Clean-ups",
    summary: "List clean-ups",
    description: "The newest first.",
  },
} as const;

export const GET = {
  params,
  response: { 200: cleanupWithHistory },
  operation: { id: "getCleanup", tag: "Clean-ups", summary: "Read a clean-up", problems: ["not_found"] },
} as const;

export const ASK = {
  body,
  response: { 202: z.object({ cleanups: z.array(askedCleanup) }) },
  operation: {
    id: "requestCleanup",
    tag: "Clean-ups",
    summary: "Clean up a workspace, or those of a project",
    description:
      "Either `project` or `workspace`. The worker of the host acts, and removes nothing that must be kept. `dryRun` only says what would happen.",
    problems: [
      "bad_workspace_path",
      "outside_root",
      "unknown_project",
      "unknown_host",
      "unknown_workspace",
      "no_workspace",
      "workspace_gone",
      "no_archive",
      "cleanup_running",
      "cleanup_half_done",
    ],
  },
} as const;

export const RUN = {
  params,
  body: noBody,
  response: { 202: cleanup },
  operation: {
    id: "runCleanup",
    tag: "Clean-ups",
    summary: "Run a clean-up now",
    problems: ["not_found", "cleanup_ended", "cleanup_running"],
  },
} as const;

export const CANCEL = {
  params,
  body: noBody,
  response: { 200: cleanup },
  operation: {
    id: "cancelCleanup",
    tag: "Clean-ups",
    summary: "Cancel a clean-up",
    description: "One that has not touched its workspace yet.",
    problems: ["not_found", "cleanup_ended", "cleanup_running", "cleanup_half_done"],
  },
} as const;
