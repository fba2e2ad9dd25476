import type { Refusal } from "../../errors.ts";
import { withoutInvisible } from "../../text/invisible.ts";
import { ownerSettings } from "../owner-settings.ts";
import type { Position, SettingsFile, SettingsProblem } from "../problem.ts";
import { repositorySettings } from "../settings.ts";
import { explainIssue } from "./explain-issue.ts";
import { type Path, pathText } from "../../input/rules/path-text.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";

export const SETTINGS_BYTES_MAX = 64 * 1024;
export const PROBLEMS_MAX = 20;
const PATH_CHARACTERS_MAX = 200;

/** Only what the file itself says, without defaults. */
export type GivenSettings = Readonly<Record<string, unknown>>;

export interface ReadSettings {
  readonly file: SettingsFile;
  /** `null` if the file has problems; then none of it is in force. */
  readonly given: GivenSettings | null;
  /** In the order of the file, {@link PROBLEMS_MAX} at most. */
  readonly problems: readonly SettingsProblem[];
  /** The position of each key of `given`, by its dotted path. */
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Reads one `.github/orb.yml`. An empty file is valid: all its settings are the defaults.
 *
 * @param text at most {@link SETTINGS_BYTES_MAX} in UTF-8; a longer text is reported as a problem
 */
export function readSettings(text: string, file: SettingsFile): ReadSettings {
  if (Buffer.byteLength(text) > SETTINGS_BYTES_MAX) return tooLarge(file);
  const { value, problems: unreadable, locate } = parseYaml(text);
  const isRead = value !== undefined;
  const root = value ?? {};
  const schema = file === "owner" ? ownerSettings : repositorySettings;
  // A hostile file has thousands of issues, and explaining each one walks through the file.
  const issues = isRead ? (schema.safeParse(root).error?.issues ?? []).slice(0, PROBLEMS_MAX) : [];
  const explained = issues.flatMap((issue) => explainIssue(issue, { root, max: PROBLEMS_MAX }));
  const problems = [
    ...unreadable.map((problem) => toProblem(problem, file, problem)),
    ...explained.map((problem) => toProblem(problem, file, locate(problem.path, problem.part))),
  ];
  if (!isRead || problems.length > 0) return refused(file, inOrder(problems).slice(0, PROBLEMS_MAX));
  return { file, given: root as GivenSettings, problems: [], positions: new Map(keyPositions(root, locate)) };
}

/** The result for an unreadable file: a file with one problem. */
export function unreadSettings(refusal: Refusal, file: SettingsFile): ReadSettings {
  return refused(file, [toProblem({ ...refusal, path: [] }, file, { line: 1, column: 1 })]);
}

/** Positions are collected now, so that the cached result does not keep the parsed document in memory. */
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
  // Cut, because an unknown key may be arbitrarily long.
  const shown = withoutInvisible(pathText(path).slice(0, PATH_CHARACTERS_MAX));
  return { file, path: shown, line, column, code, reason, remedy };
}

/** Sorted by place, at most one for each place: two findings at the same place are one mistake. */
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
    remedy: "Shorten it, for example with broader globs.",
  };
  return unreadSettings(refusal, file);
}
