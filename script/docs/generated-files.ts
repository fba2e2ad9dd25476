import { appManifest } from "./app-manifest.ts";
import { configurationPage } from "./configuration-page.ts";
import { envExample } from "./env-example.ts";
import { permissionsPage } from "./permissions-page.ts";
import { SETTINGS_JSON_SCHEMA } from "../../src/repository-settings/json-schema.ts";
import { settingsPage } from "./settings-page.ts";

/** The text of every generated file, by its path in the project. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/configuration.md", configurationPage()],
    [".env.example", envExample()],
    ["docs/permissions.md", permissionsPage()],
    ["app.yml", appManifest()],
    ["docs/repository-settings.md", settingsPage()],
    ["docs/orb.schema.json", `${JSON.stringify(SETTINGS_JSON_SCHEMA, null, 2)}\n`],
  ]);
}
