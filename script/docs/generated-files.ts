import { configurationPage } from "./configuration-page.ts";
import { envExample } from "./env-example.ts";

/** The text of every file that is made from the code, by its path in the project. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/configuration.md", configurationPage()],
    [".env.example", envExample()],
  ]);
}
