import type { z } from "zod";
import { ownerSettings } from "../owner-settings.ts";
import type { Position, SettingsFile, SettingsProblem } from "../problem.ts";
import { OF_THE_WHOLE_REPOSITORY, repositorySettings, type RepositorySettings } from "../settings.ts";
import { isNamedInFull } from "./named-in-full.ts";
import type { GivenSettings, ReadSettings } from "./read-settings.ts";

/** Which file sets a key: the last one, if several do. Keys that no file sets are missing. */
export type Origins = Readonly<Partial<Record<keyof RepositorySettings, SettingsFile>>>;

export interface MergedSettings {
  readonly settings: RepositorySettings;
  readonly origins: Origins;
  readonly problems: readonly SettingsProblem[];
  /** Whether the base may have rules of its own. */
  readonly ownRules: boolean;
}

interface Merged {
  readonly given: GivenSettings;
  readonly settings: RepositorySettings;
  readonly origins: Origins;
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
 * Computes the settings in force. The owner's file overrides the defaults, and the file of the repository's default branch
 * overrides both. Maps are merged key by key; lists are replaced.
 *
 * A signal names the base, and an agent may have pushed it. So the file of another base counts on top of these only if they
 * name that base in full under `baseBranches`: a glob such as `release/*` also matches a branch that an agent makes. Even
 * then the default branch alone decides about the repository as a whole. Any base may be stricter: refuse pull requests, or keep them drafts.
 *
 * A problem here affects a single key, which is left out: the owner locks it, or it conflicts with the settings that
 * it overrides. The rest of the file stays in force.
 *
 * @param files files without problems of their own; `null` if there is none
 * @param base the base that is not the default branch, and its file; `null` if the base is the default branch
 */
export function mergeSettings(
  { owner, repository }: { readonly owner: ReadSettings | null; readonly repository: ReadSettings | null },
  base: { readonly name: string; readonly file: ReadSettings | null } | null = null,
): MergedSettings {
  const defaults: Merged = { given: {}, settings: repositorySettings.parse({}), origins: {}, problems: [] };
  const byOwner = owner ? layOver(defaults, owner, withoutKey(owner.given ?? {}, ["locked"])) : defaults;
  const { locked } = ownerSettings.parse(owner?.given ?? {});
  const ofRepository = repository ? layUnlocked(byOwner, repository, { locked }) : byOwner;
  if (!base) return { ...ofRepository, ownRules: true };
  const ownRules = isNamedInFull(base.name, ofRepository.settings);
  if (!base.file) return { ...ofRepository, ownRules };
  const { problems, ...merged } = layUnlocked(ofRepository, base.file, {
    locked,
    only: (given) => ({
      ...(ownRules ? withoutKeys(given, OF_THE_WHOLE_REPOSITORY) : {}),
      ...stricter(given, ofRepository),
    }),
  });
  // Nobody has to correct a file that does not count.
  return { ...merged, problems: ownRules ? problems : ofRepository.problems, ownRules };
}

/** Without `never`, which an owner may need because checks don't run on drafts. */
const DRAFTS_IN_ORDER: readonly unknown[] = ["signal", "risky", "always"];

/** What makes a base stricter than the rest of the repository. Nobody gains anything by pushing a base that says so. */
function stricter(
  { enabled, hold = false, draft, autoReady }: GivenSettings,
  { settings }: Merged,
): GivenSettings {
  const isStricter =
    settings.draft !== "never" && DRAFTS_IN_ORDER.indexOf(draft) > DRAFTS_IN_ORDER.indexOf(settings.draft);
  return {
    ...(enabled === false && { enabled }),
    ...(hold !== false && { hold }),
    ...(autoReady === false && { autoReady }),
    ...(isStricter && { draft }),
  };
}

/** Applies what the owner's file does not lock. */
function layUnlocked(
  below: Merged,
  file: ReadSettings,
  {
    locked,
    only = (given) => given,
  }: { readonly locked: readonly string[]; readonly only?: (given: GivenSettings) => GivenSettings },
): Merged {
  const ignored = locked.filter((path) => file.positions.has(path));
  const allowed = ignored.reduce((given, path) => withoutKey(given, path.split(".")), file.given ?? {});
  const merged = layOver(below, file, only(allowed));
  return { ...merged, problems: [...merged.problems, ...ignored.map((path) => lockedKey(file, path))] };
}

/** Applies a file on top of other settings. A key that would make the result invalid is left out. */
function layOver(below: Merged, file: ReadSettings, given: GivenSettings): Merged {
  const whole = mergeValues(below.given, given) as GivenSettings;
  const parsed = mergedSettings.safeParse(whole);
  if (parsed.success) {
    const own = Object.fromEntries(Object.keys(given).map((key) => [key, file.file]));
    return {
      given: whole,
      settings: parsed.data,
      origins: { ...below.origins, ...own },
      problems: below.problems,
    };
  }
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  if (!issue || !Object.hasOwn(given, key))
    throw new Error(`Valid settings became invalid: ${parsed.error.message}`);
  const merged = layOver(below, file, withoutKey(given, [key]));
  return { ...merged, problems: [...merged.problems, conflicting(file, key, issue)] };
}

const OVERRIDDEN = {
  owner: "the owner's file",
  repository: "the owner's file",
  base: "the file of the default branch",
} as const satisfies Record<SettingsFile, string>;

function conflicting(read: ReadSettings, key: string, { message }: z.core.$ZodIssue): SettingsProblem {
  return {
    file: read.file,
    path: key,
    ...positionOf(read, key),
    code: "setting_unfitting",
    reason: `\`${key}\` conflicts with the defaults or ${OVERRIDDEN[read.file]}: ${message}.`,
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

function withoutKeys(given: GivenSettings, keys: readonly string[]): GivenSettings {
  return keys.reduce((rest, key) => withoutKey(rest, [key]), given);
}

function isMap(value: unknown): value is GivenSettings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
