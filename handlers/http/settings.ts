import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import { askWhetherValid } from "../../src/repository-settings/ask-settings.ts";
import type { SettingsParts } from "../../src/repository-settings/subject.ts";

const body = z.strictObject({ settings: z.string(), owner: z.string().optional() });

/** `POST /api/v1/settings/validate`: checks settings files before they are committed. */
export function settingsRoutes(server: HttpServer, { apart }: SettingsParts): void {
  server.post(
    "/api/v1/settings/validate",
    { config: { access: "read", needs: [] }, schema: { body } },
    async ({ body: { settings, owner = null } }) => askWhetherValid({ repository: settings, owner }, apart),
  );
}
