// The schemas of the routes in `workspaces.ts`.

import { z } from "zod";
import { pageOf, pageQuery } from "../../../src/http/page.ts";
import { replaced } from "../answers/cleanup.ts";
import { restore, workspace, workspaceWithCleanup } from "../answers/workspace.ts";
import { noBody } from "./no-body.ts";

const NAME_CHARACTERS_MAX = 200;
const name = z.string().trim().min(1).max(NAME_CHARACTERS_MAX).optional();
const listQuery = z
  .strictObject({
    ...pageQuery,
    host: name,
    project: name,
    kept: z
      .enum(["true", "false"])
      .transform((text) => text === "true")
      .optional(),
  })
  .meta({ examples: ["?kept=true&host=host-1&limit=50"] });
const params = z.object({ id: z.string() });

export const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(workspace, "WorkspacePage") },
  operation: {
    id: "listWorkspaces",
    tag: "Workspaces",
    summary: "List workspaces",
    description: "By their ids.",
  },
} as const;
export const GET = {
  params,
  response: { 200: workspaceWithCleanup },
  operation: {
    id: "getWorkspace",
    tag: "Workspaces",
    summary: "Read a workspace",
    description: "With the reasons why it is kept, its clean-up and its latest restore.",
    problems: ["not_found"],
  },
} as const;
export const ARCHIVE = {
  params,
  body: noBody,
  response: { 202: z.object({ id: z.string(), cleanup: z.string().nullable(), replaced }) },
  operation: {
    id: "archiveWorkspace",
    tag: "Workspaces",
    summary: "Archive a workspace and remove it",
    description:
      "Removes it only if nothing else keeps it. `cleanup` is the id of the clean-up that does it.",
    problems: ["not_found", "workspace_gone", "no_archive", "cleanup_running", "cleanup_half_done"],
  },
} as const;
export const RESTORE = {
  params,
  body: noBody,
  response: { 202: z.object({ id: z.string(), restore: restore }) },
  operation: {
    id: "restoreWorkspace",
    tag: "Workspaces",
    summary: "Bring an archived workspace back",
    problems: ["not_found", "workspace_present", "nothing_to_restore"],
  },
} as const;
