import type { z } from "zod";
import { ownerSettings } from "../owner-settings.ts";
import type { Position, SettingsProblem } from "../problem.ts";
import { repositorySettings, type RepositorySettings } from "../settings.ts";
import type { GivenSettings, ReadSettings } from "./read-settings.ts";

interface Merged {
  readonly given: GivenSettings;
  readonly settings: RepositorySettings;
  readonly problems: readonly SettingsProblem[];
}

/** A rule that each file may satisfy alone and that the merged settings must satisfy too. */
const mergedSettings = repositorySettings.superRefine(({ size: { XS, S, M, L } }, context) => {
  if (XS < S && S < M && M < L) return;
  context.addIssue({
    code: "custom",
    path: ["size"],
    message: `the sizes ${XS}, ${S}, ${M}, ${L} are not in ascending order`,
  });
});

/**
 * Computes the settings in force. The owner's file overrides the defaults, and the repository's file overrides both.
 * Maps are merged key by key; lists are replaced.
 *
 * A problem here affects a single key, which is left out: the owner locks it, or it conflicts with the settings that
 * it overrides. The rest of the file stays in force.
 *
 * @param files files without problems of their own; `null` if there is none
 */
export function mergeSettings(files: {
  readonly owner: ReadSettings | null;
  readonly repository: ReadSettings | null;
}): { readonly settings: RepositorySettings; readonly problems: readonly SettingsProblem[] } {
  const { owner, repository } = files;
  const defaults: Merged = { given: {}, settings: repositorySettings.parse({}), problems: [] };
  const byOwner = owner ? layOver(defaults, owner, withoutKey(owner.given ?? {}, ["locked"])) : defaults;
  if (!repository) return byOwner;
  const { locked } = ownerSettings.parse(owner?.given ?? {});
  const ignored = locked.filter((path) => repository.positions.has(path));
  const allowed = ignored.reduce((given, path) => withoutKey(given, path.split(".")), repository.given ?? {});
  const { settings, problems } = layOver(byOwner, repository, allowed);
  return { settings, problems: [...problems, ...ignored.map((path) => lockedKey(repository, path))] };
}

/** Applies a file on top of other settings. A key that would make the result invalid is left out. */
function layOver(below: Merged, file: ReadSettings, given: GivenSettings): Merged {
  const whole = mergeValues(below.given, given) as GivenSettings;
  const parsed = mergedSettings.safeParse(whole);
  if (parsed.success) return { given: whole, settings: parsed.data, problems: below.problems };
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  if (!issue || !Object.hasOwn(given, key))
    throw new Error(`Valid settings became invalid: ${parsed.error.message}`);
  const merged = layOver(below, file, withoutKey(given, [key]));
  return { ...merged, problems: [...merged.problems, conflicting(file, key, issue)] };
}

function conflicting(read: ReadSettings, key: string, { message }: z.core.$ZodIssue): SettingsProblem {
  return {
    file: read.file,
    path: key,
    ...positionOf(read, key),
    code: "setting_unfitting",
    reason: `\`${key}\` conflicts with the defaults or the owner's file: ${message}.`,
    remedy: `Set every key of \`${key}\` so that they fit together. Until then the bot ignores \`${key}\` in this file.`,
  };
}

function lockedKey(read: ReadSettings, path: string): SettingsProblem {
  return {
    file: read.file,
    path,
    ...positionOf(read, path),
    code: "setting_locked",
    reason: `The owner's file locks \`${path}\`, so the bot ignores it in this file.`,
    remedy: "Remove it here, or ask the maintainers of the owner's repository .github to unlock it.",
  };
}

function mergeValues(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  const added = Object.entries(above).map(([key, value]) => [
    key,
    Object.hasOwn(below, key) ? mergeValues(below[key], value) : value,
  ]);
  return { ...below, ...Object.fromEntries(added) };
}

function positionOf({ positions }: ReadSettings, path: string): Position {
  const position = positions.get(path);
  if (!position) throw new Error(`The position of ${path} is unknown`);
  return position;
}

function withoutKey(given: GivenSettings, [key = "", ...rest]: readonly string[]): GivenSettings {
  const { [key]: value, ...others } = given;
  return rest.length > 0 && isMap(value) ? { ...others, [key]: withoutKey(value, rest) } : others;
}

function isMap(value: unknown): value is GivenSettings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
