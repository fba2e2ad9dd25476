import { z } from "zod";

export const refusal = z
  .object({
    code: z.string().meta({ description: "Stable, for programs." }),
    reason: z.string().meta({ description: "What happened, and why." }),
    remedy: z.string().meta({ description: "What to do about it." }),
  })
  .meta({ id: "Refusal", description: "Why something is not done." });

/** One entry of the history of a record. */
export const historyEntry = z
  .object({ at: z.date(), what: z.string(), because: z.string() })
  .meta({ id: "HistoryEntry", description: "What happened to it, when, and why." });

/** Amounts of bytes and inodes. */
export const space = z
  .object({ bytes: z.number(), inodes: z.number() })
  .meta({ id: "Space", description: "How much of a disk, in bytes and inodes." });
