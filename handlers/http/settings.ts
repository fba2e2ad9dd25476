import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import { validateSettings } from "../../src/repository-settings/rules/validate-settings.ts";

const body = z.strictObject({ settings: z.string(), owner: z.string().optional() });

/** `POST /api/v1/settings/validate`: checks settings files before they are committed. */
export function settingsRoutes(server: HttpServer): void {
  server.post(
    "/api/v1/settings/validate",
    { config: { access: "read" }, schema: { body } },
    async ({ body: { settings, owner = null } }) => validateSettings({ repository: settings, owner }),
  );
}
