import { z } from "zod";
import { ACTIVITY_SOURCES, WORKSPACE_STATUSES } from "../../../src/workspaces/record/workspace.ts";
import { cleanup } from "./cleanup.ts";
import { refusal, space } from "./refusal.ts";

const size = z
  .object({
    bytes: z.number(),
    sharedBytes: z.number().meta({ description: "Of these, in files that have names elsewhere too." }),
    inodes: z.number(),
    /** Of both, in folders that a command makes again. */
    rebuildable: space,
    measuredAt: z.date(),
    isPartial: z.boolean().meta({ description: "The measurement ended at a limit: there is more." }),
  })
  .meta({ id: "WorkspaceSize" });
const lease = z
  .object({
    kind: z.enum(["heartbeat", "phase", "grace", "cleanup"]),
    holder: z.string(),
    until: z.date(),
  })
  .meta({ id: "Lease", description: "Somebody uses the workspace until then." });
const kept = refusal
  .extend({
    by: z.enum(["retention", "cleanup"]),
    since: z.date(),
    owner: z.object({
      kind: z.enum(["user", "operator"]),
      name: z.string(),
      project: z.string().nullable(),
    }),
  })
  .meta({ id: "Kept", description: "A reason to keep a workspace, and who decides about it." });

export const workspace = z
  .object({
    id: z.string(),
    host: z.string(),
    path: z.string(),
    generation: z.int().meta({ description: "Counts the folders that were at this path." }),
    status: z.enum(WORKSPACE_STATUSES),
    noticedBy: z.enum(["signal", "disk"]),
    projects: z.array(z.string()),
    repository: z.string().nullable(),
    size: size.nullable(),
    createdAt: z.date(),
    ageSeconds: z.int(),
    lastActiveAt: z.date(),
    lastActiveBy: z.enum(ACTIVITY_SOURCES),
    leases: z.array(lease),
    kept: z.array(kept),
    asked: z
      .object({ at: z.date(), codes: z.array(z.string()) })
      .nullable()
      .meta({
        description: "The question to its owner what to do with work that nobody looks after.",
      }),
    dueAt: z.date().nullable().meta({ description: "When it may go; null while that is not decided." }),
    because: z.string().nullable(),
    fenceUntil: z.date().nullable(),
    goneAt: z.date().nullable(),
    removedAt: z.date().nullable(),
    updatedAt: z.date(),
  })
  .meta({ id: "Workspace", description: "A folder in which agents work." });

export const restore = z
  .object({
    archive: z.string(),
    status: z.enum(["waiting", "failed", "done"]),
    by: z.string(),
    problem: refusal.nullable(),
    notAsBefore: z
      .object({
        special: z.array(z.string()),
        leftOut: z.array(z.string()),
        inert: z.array(z.string()),
      })
      .nullable()
      .meta({ description: "What the archive does not bring back as it was." }),
    nextAttemptAt: z.date().nullable(),
    createdAt: z.date(),
    endedAt: z.date().nullable(),
  })
  .meta({ id: "Restore", description: "A wish to bring an archived workspace back to its path." });

export const workspaceWithCleanup = workspace
  .extend({ cleanup: cleanup.nullable(), restore: restore.nullable() })
  .meta({
    id: "WorkspaceWithCleanup",
    description: "A workspace with its clean-up, if it has one, and its latest restore.",
  });
