import { SETTINGS } from "../../src/settings.ts";

/** One environment variable as the documents show it. */
export interface DocumentedSetting {
  readonly name: string;
  readonly meaning: string;
  /** As in `src/settings.ts`: a value, or words such as `unset`. */
  readonly default: string;
  /** The default, if it is a value that can stand in an env file. */
  readonly defaultValue: string | null;
}

/** Every setting, by its group, in the order of `src/settings.ts`. */
export function settingsByGroup(): ReadonlyMap<string, readonly DocumentedSetting[]> {
  const settings = Object.entries(SETTINGS).map(([name, { group, meaning, default: words }]) => {
    const isValue = !/\s|^(?:required|unset)$/.test(words);
    return { group, name, meaning, default: words, defaultValue: isValue ? words : null };
  });
  return Map.groupBy(settings, ({ group }) => group);
}
