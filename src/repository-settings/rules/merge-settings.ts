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

/** What is good in each file and must still be so in all of them together. */
const together = repositorySettings.superRefine(({ size: { XS, S, M, L } }, context) => {
  if (XS < S && S < M && M < L) return;
  context.addIssue({
    code: "custom",
    path: ["size"],
    message: `the sizes ${XS}, ${S}, ${M}, ${L} don't ascend`,
  });
});

/**
 * What holds: the defaults, over them what the owner's file says, over that what the repository's does. Maps are
 * merged key by key, lists replaced.
 *
 * A problem here concerns a single key, which is left out: one that the owner locks, or that does not go with what
 * lies below it. The rest of the file holds.
 *
 * @param files files without problems of their own, `null` where there is none
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

/** Lays a file over what is below it; a key with which the whole would not be good is left out. */
function layOver(below: Merged, file: ReadSettings, given: GivenSettings): Merged {
  const whole = mergeValues(below.given, given) as GivenSettings;
  const parsed = together.safeParse(whole);
  if (parsed.success) return { given: whole, settings: parsed.data, problems: below.problems };
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  if (!issue || !Object.hasOwn(given, key))
    throw new Error(`Settings that were good are not: ${parsed.error.message}`);
  const merged = layOver(below, file, withoutKey(given, [key]));
  return { ...merged, problems: [...merged.problems, unfitting(file, key, issue)] };
}

function unfitting(read: ReadSettings, key: string, { message }: z.core.$ZodIssue): SettingsProblem {
  return {
    file: read.file,
    path: key,
    ...positionOf(read, key),
    code: "setting_unfitting",
    reason: `\`${key}\` does not go with the defaults and the owner's file: ${message}.`,
    remedy: `Give all of \`${key}\` so that it is good as a whole. Until then what this file says of it is ignored.`,
  };
}

function lockedKey(read: ReadSettings, path: string): SettingsProblem {
  return {
    file: read.file,
    path,
    ...positionOf(read, path),
    code: "setting_locked",
    reason: `The owner's file locks \`${path}\`, so what this file says of it is ignored.`,
    remedy: "Remove it here, or ask who keeps .github/orb.yml in the owner's repository .github.",
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
  if (!position) throw new Error(`Nothing is known of where ${path} stands`);
  return position;
}

function withoutKey(given: GivenSettings, [key = "", ...rest]: readonly string[]): GivenSettings {
  const { [key]: value, ...others } = given;
  return rest.length > 0 && isMap(value) ? { ...others, [key]: withoutKey(value, rest) } : others;
}

function isMap(value: unknown): value is GivenSettings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
