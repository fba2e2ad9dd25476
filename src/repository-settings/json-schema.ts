import { z } from "zod";
import { ownerSettings } from "./owner-settings.ts";

/**
 * The settings as JSON Schema 2020-12, for editors. Both kinds of file have the same path, so one schema describes
 * both. It includes `locked`, which a repository's own file can't use. It can't express that sizes must ascend.
 */
export const SETTINGS_JSON_SCHEMA = {
  ...z.toJSONSchema(ownerSettings, { io: "input" }),
  $id: "urn:orb-bot:schema:orb.yml",
  title: "Orb bot's settings for a repository",
  description: "The file .github/orb.yml, in a repository or in its owner's repository .github.",
};
