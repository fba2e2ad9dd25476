import { z } from "zod";
import {
  CLEANUP_ORIGINS,
  CLEANUP_OUTCOMES,
  CLEANUP_STATUSES,
  CLEANUP_STEPS,
  UNPUSHED_MODES,
} from "../../../src/workspaces/cleanups/cleanup.ts";
import { historyEntry, refusal, space } from "./refusal.ts";

const archived = z
  .object({
    bytes: z.number().nullable(),
    at: z.date().nullable(),
    restorable: z.boolean(),
    problem: refusal.nullable().meta({ description: "What is against a restore." }),
    restore: z
      .object({
        method: z.literal("POST"),
        path: z.string(),
        body: z.record(z.string(), z.unknown()),
      })
      .nullable()
      .meta({
        description: "The request that brings the workspace back; `null` as long as something is against it.",
      }),
  })
  .meta({ id: "KnownArchive" });

export const cleanup = z
  .object({
    id: z.string(),
    workspace: z.object({ id: z.string(), host: z.string(), path: z.string() }),
    projects: z.array(z.string()),
    status: z.enum(CLEANUP_STATUSES).meta({
      description:
        "`deferred`: it was due, but something must be kept; it is tried again. `failed`: something went wrong; it is tried again, or waits for a person.",
    }),
    step: z.enum(CLEANUP_STEPS).meta({ description: "How far it has come." }),
    origin: z.enum(CLEANUP_ORIGINS).meta({ description: "`retention` is the bot's own rule." }),
    by: z.string(),
    because: z.string(),
    unpushed: z.enum(UNPUSHED_MODES).meta({ description: "What happens to work that is nowhere else." }),
    dryRun: z.boolean(),
    at: z.date().meta({ description: "Not before this time." }),
    nextAttemptAt: z.date().nullable(),
    waitsFor: refusal.nullable().meta({ description: "Why it does not begin although it may be due." }),
    reasons: z.array(refusal).meta({
      description: "Why the workspace is kept. For a dry run also the work that would be archived or lost.",
    }),
    problem: refusal.nullable().meta({ description: "Why it failed the last time." }),
    outcome: z.enum(CLEANUP_OUTCOMES).nullable(),
    freed: space.nullable(),
    archive: z.string().nullable().meta({ description: "The name of its archive on the host." }),
    archived: archived.nullable(),
    progress: space.nullable().meta({ description: "What the trash still held at the last report." }),
    fenceUntil: z.date().nullable(),
    createdAt: z.date(),
    startedAt: z.date().nullable(),
    endedAt: z.date().nullable(),
    updatedAt: z.date(),
  })
  .meta({ id: "Cleanup", description: "One clean-up of one workspace." });

/** What was scheduled before and is replaced by a further wish. */
export const replaced = z.string().nullable().meta({
  description:
    "What was scheduled for this workspace before and is replaced by this request, in a sentence; `null` if nothing is.",
});

export const askedCleanup = cleanup
  .extend({ replaced })
  .meta({ id: "AskedCleanup", description: "A clean-up that was asked for." });

export const cleanupWithHistory = cleanup
  .extend({ history: z.array(historyEntry) })
  .meta({ id: "CleanupWithHistory", description: "A clean-up with all that happened to it." });
