import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import { askWhetherValid } from "../../src/repository-settings/ask-settings.ts";
import type { RepositorySettings } from "../../src/repository-settings/settings.ts";
import type { SettingsParts } from "../../src/repository-settings/subject.ts";
import { refusal } from "./answers/refusal.ts";

const body = z
  .strictObject({
    settings: z
      .string()
      .meta({ description: "The text of `.github/orb.yml` of a repository.", examples: ["draft: always\n"] }),
    owner: z.string().optional().meta({ description: "The text of the same file of its owner." }),
  })
  .meta({ id: "SettingsFiles" });
const problem = refusal
  .extend({
    file: z.enum(["repository", "owner", "base"]),
    path: z.string().meta({ description: "The key with the problem, such as `reviewers.max`." }),
    line: z.int(),
    column: z.int(),
  })
  .meta({ id: "SettingsProblem", description: "A problem in a settings file, with its place." });
const VALIDATE = {
  body,
  response: {
    200: z.object({
      valid: z.boolean(),
      problems: z.array(problem),
      settings: z.custom<RepositorySettings>().meta({ type: "object" }).nullable().meta({
        description:
          "Those that would be in force, with every key; docs/repository-settings.md explains them.",
      }),
    }),
  },
  operation: {
    id: "validateSettings",
    tag: "Settings",
    summary: "Check settings files before they are committed",
  },
} as const;

/** `POST /api/v1/settings/validate`: checks settings files before they are committed. */
export function settingsRoutes(server: HttpServer, { apart }: SettingsParts): void {
  server.post(
    "/api/v1/settings/validate",
    { config: { access: "read", needs: [] }, schema: VALIDATE },
    async ({ body: { settings, owner = null } }) => askWhetherValid({ repository: settings, owner }, apart),
  );
}
