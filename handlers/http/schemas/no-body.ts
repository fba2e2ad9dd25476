import { z } from "zod";

/** A wish that can't be refined: somebody who tries, such as with `dryRun`, would get more than they asked for. */
export const noBody = z
  .strictObject({})
  .nullish()
  .meta({
    id: "NoBody",
    description: "No body, or an empty one.",
    // The words are for the remedy of a refusal.
    examples: [
      "no body, or {}. POST /api/v1/cleanups also takes a time, and dryRun to see what would happen.",
    ],
    override: { examples: [{}] },
  });
