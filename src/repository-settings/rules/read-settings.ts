import type { Refusal } from "../../errors.ts";
import { withoutInvisible } from "../../text/invisible.ts";
import { ownerSettings } from "../owner-settings.ts";
import type { Position, SettingsFile, SettingsProblem } from "../problem.ts";
import { repositorySettings } from "../settings.ts";
import { explainIssue } from "./explain-issue.ts";
import { type Path, pathText } from "./known-keys.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";

export const SETTINGS_BYTES_MAX = 64 * 1024;
export const PROBLEMS_MAX = 20;
const PATH_CHARACTERS_MAX = 200;

/** What a file says and no more: without defaults, as it is written. */
export type GivenSettings = Readonly<Record<string, unknown>>;

export interface ReadSettings {
  readonly file: SettingsFile;
  /** `null` where the file has problems: then nothing of it holds. */
  readonly given: GivenSettings | null;
  /** In the order of the file, {@link PROBLEMS_MAX} at most. */
  readonly problems: readonly SettingsProblem[];
  /** Where each key of `given` stands, by its dotted path. */
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Reads one `.github/orb.yml`. An empty one is a good one: all its settings are the defaults.
 *
 * @param text at most {@link SETTINGS_BYTES_MAX} in UTF-8; more is a problem like others
 */
export function readSettings(text: string, file: SettingsFile): ReadSettings {
  if (Buffer.byteLength(text) > SETTINGS_BYTES_MAX) return tooLarge(file);
  const { value, problems: unreadable, locate } = parseYaml(text);
  const isRead = value !== undefined;
  const root = value ?? {};
  const schema = file === "owner" ? ownerSettings : repositorySettings;
  // A hostile file has thousands of issues, and each costs a walk through it.
  const issues = isRead ? (schema.safeParse(root).error?.issues ?? []).slice(0, PROBLEMS_MAX) : [];
  const explained = issues.flatMap((issue) => explainIssue(issue, { root, max: PROBLEMS_MAX }));
  const problems = [
    ...unreadable.map((problem) => toProblem(problem, file, problem)),
    ...explained.map((problem) => toProblem(problem, file, locate(problem.path, problem.part))),
  ];
  if (!isRead || problems.length > 0) return refused(file, inOrder(problems).slice(0, PROBLEMS_MAX));
  return { file, given: root as GivenSettings, problems: [], positions: new Map(keyPositions(root, locate)) };
}

/** A file of which nothing can be read, as a file with that one problem. */
export function unreadSettings(refusal: Refusal, file: SettingsFile): ReadSettings {
  return refused(file, [toProblem({ ...refusal, path: [] }, file, { line: 1, column: 1 })]);
}

/** Taken down rather than looked up later: what is read is kept, and the parsed text would be kept with it. */
function keyPositions(value: unknown, locate: ParsedYaml["locate"], parent: Path = []): [string, Position][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = [...parent, key];
    const own: [string, Position] = [path.join("."), locate(path, "key")];
    return [own].concat(keyPositions(child, locate, path));
  });
}

function refused(file: SettingsFile, problems: readonly SettingsProblem[]): ReadSettings {
  return { file, given: null, problems, positions: new Map() };
}

function toProblem(
  { path, code, reason, remedy }: Refusal & { readonly path: Path },
  file: SettingsFile,
  { line, column }: Position,
): SettingsProblem {
  // Cut, since a key that does not exist may be anything.
  const shown = withoutInvisible(pathText(path).slice(0, PATH_CHARACTERS_MAX));
  return { file, path: shown, line, column, code, reason, remedy };
}

/** By their place, one for each: what two checks find at the same place is one mistake. */
function inOrder(problems: readonly SettingsProblem[]): SettingsProblem[] {
  const byPlace = new Map(
    problems.toReversed().map((problem) => [`${problem.line}:${problem.column}`, problem]),
  );
  return [...byPlace.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function tooLarge(file: SettingsFile): ReadSettings {
  const refusal = {
    code: "settings_too_large",
    reason: `The file is larger than ${SETTINGS_BYTES_MAX} bytes.`,
    remedy: "Shorten it; broader globs say the same in fewer lines.",
  };
  return unreadSettings(refusal, file);
}
