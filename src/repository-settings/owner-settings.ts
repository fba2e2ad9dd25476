import { z } from "zod";
import { repositorySettings } from "./settings.ts";
import { pathsBelow } from "./rules/known-keys.ts";

const LOCKABLE = pathsBelow(z.toJSONSchema(repositorySettings, { io: "input" }));
const lockable = z.enum(LOCKABLE).meta({
  title: "a key, or a path of keys",
  description: "A key of this file such as `limits`, or a path such as `limits.openPerRepository`.",
});

/** The settings of an owner for all repositories, in `.github/orb.yml` of the repository `.github`. */
export const ownerSettings = repositorySettings.extend({
  locked: z
    .array(lockable)
    .max(LOCKABLE.length)
    .default([])
    .meta({
      description:
        "Only in the owner's file: settings that a repository can't change, each with everything below it. If a repository sets one anyway, the bot ignores that and reports it.",
      examples: [["protectedPaths", "limits.openPerRequester"]],
    }),
});
