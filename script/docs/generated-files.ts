import { appManifest } from "./app-manifest.ts";
import { configurationPage } from "./configuration-page.ts";
import { describedApi } from "./described-api.ts";
import { envExample } from "./env-example.ts";
import { errorsPage } from "./errors-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { permissionsPage } from "./permissions-page.ts";
import { SETTINGS_JSON_SCHEMA } from "../../src/repository-settings/json-schema.ts";
import { dashboardFiles } from "../ops/dashboards/all-dashboards.ts";
import { settingsPage } from "./settings-page.ts";

/** The text of every generated file, by its path in the project. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const api = await describedApi();
  return new Map([
    ["docs/configuration.md", configurationPage()],
    [".env.example", envExample()],
    ["docs/permissions.md", permissionsPage()],
    ["app.yml", appManifest()],
    ["docs/repository-settings.md", settingsPage()],
    ["docs/openapi.json", `${JSON.stringify(api.description, null, 2)}\n`],
    ["docs/errors.md", errorsPage(api.problems)],
    ["docs/metrics.md", metricsPage(api.metrics)],
    ["docs/orb.schema.json", `${JSON.stringify(SETTINGS_JSON_SCHEMA, null, 2)}\n`],
    ...dashboardFiles(),
  ]);
}
