import { stepsOfYaml } from "../input/rules/yaml-steps.ts";
import { type Apart, TOO_LONG } from "../work/apart/apart.ts";
import { tooSlow } from "../work/rules/too-slow.ts";
import type { SettingsFile } from "./problem.ts";
import { type ReadSettings, readSettings, unreadSettings } from "./rules/read-settings.ts";
import { type Validated, validateSettings } from "./rules/validate-settings.ts";
import { SETTINGS_PATH } from "./settings-file.ts";

/** The account of what is checked over the API: it waits behind itself alone. */
const OF_THE_API = "";

/** Reads a settings file within a limit of time. One that takes longer has that as its only problem. */
export async function askSettings(
  { text, kind, account }: { readonly text: string; readonly kind: SettingsFile; readonly account: string },
  apart: Apart,
): Promise<ReadSettings> {
  const module = import.meta.resolve("./rules/read-settings.ts");
  const steps = stepsOfYaml(text);
  const told = await apart.call(readSettings, module, [text, kind], { account, steps });
  return told === TOO_LONG ? unreadSettings(tooSlow(SETTINGS_PATH), kind) : told;
}

/** {@link validateSettings} within a limit of time. */
export async function askWhetherValid(
  texts: Parameters<typeof validateSettings>[0],
  apart: Apart,
): Promise<Validated> {
  const module = import.meta.resolve("./rules/validate-settings.ts");
  const steps = stepsOfYaml(texts.repository) + stepsOfYaml(texts.owner ?? "");
  const told = await apart.call(validateSettings, module, [texts], { account: OF_THE_API, steps });
  if (told !== TOO_LONG) return told;
  const { problems } = unreadSettings(tooSlow(SETTINGS_PATH), "repository");
  return { valid: false, problems, settings: null };
}
