import { z } from "zod";
import { refusal, space } from "./refusal.ts";

const amount = z
  .object({
    total: z.number(),
    used: z.number(),
    available: z.number(),
    usedPercent: z.number().meta({ description: "As `df` computes it, 0 to 100." }),
  })
  .meta({ id: "Amount" });
const usage = z
  .object({
    bytes: amount,
    inodes: amount.nullable().meta({ description: "null on file systems without a fixed number of them." }),
  })
  .meta({ id: "DiskUsage", description: "How full a disk is." });
export const hostUsage = usage.extend({ at: z.date() }).meta({ id: "HostUsage", description: "" });
const askedBy = z.object({ by: z.string(), at: z.date() }).meta({ id: "AskedBy" });

export const host = z
  .object({
    host: z.string().meta({ description: "Its `WORKER_HOST`." }),
    root: z.string().meta({ description: "The folder that holds its workspaces." }),
    hasArchive: z.boolean(),
    reportedAt: z.date(),
    usage: hostUsage.nullable(),
    pressure: z.object({ since: z.date(), because: z.string().nullable() }).nullable().meta({
      description: "Set while the disk has been above the high mark and not yet below the low one.",
    }),
    reliefAsked: askedBy.nullable(),
    lastRelief: z
      .object({
        at: z.date(),
        by: z.string().nullable().meta({ description: "null: the disk was above its high mark." }),
        because: z.string(),
        before: usage,
        after: usage,
        taken: z.array(
          z.object({
            action: z.enum(["remove_rebuildable", "remove", "archive_and_remove"]),
            workspace: z.object({ id: z.string(), path: z.string() }),
            expected: space,
          }),
        ),
      })
      .nullable()
      .meta({ description: "What the worker last did to make room, or why it did nothing." }),
    paused: askedBy.nullable().meta({ description: "Set while nothing is removed on the host." }),
    waitsFor: refusal.nullable().meta({ description: "Why its clean-ups wait although they are due." }),
  })
  .meta({ id: "Host", description: "A host that holds workspaces, as its worker last reported it." });
