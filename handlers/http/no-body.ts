import { z } from "zod";

/** A wish that can't be refined: somebody who tries, such as with `dryRun`, would get more than they asked for. */
export const noBody = z
  .strictObject({})
  .nullish()
  .meta({
    examples: [
      "no body, or {}. POST /api/v1/cleanups also takes a time, and dryRun to see what would happen.",
    ],
  });
