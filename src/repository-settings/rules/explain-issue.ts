import type { z } from "zod";
import type { Refusal } from "../../errors.ts";
import { nearest } from "../../input/rules/nearest.ts";
import { type Path, pathText } from "../../input/rules/path-text.ts";
import { shown, shownKey as code, valueAt } from "../../input/rules/shown.ts";
import { SETTINGS_JSON_SCHEMA } from "../json-schema.ts";
import { keysOf, schemaAt, suggestKey, wordsFor } from "./known-keys.ts";

/** Words that meant true and false in YAML 1.1 and are text in YAML 1.2. */
const FORMER_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["no", false],
  ["off", false],
]);

export interface Explained extends Refusal {
  readonly path: Path;
  /** Whether the problem is in the key or in the value. */
  readonly part: "key" | "value";
}

/**
 * Explains an issue of the schema to people. One issue can be about several keys.
 *
 * @param root the whole value of the file, to quote from
 * @param max how many keys of one issue are explained; a hostile file has thousands
 */
export function explainIssue(
  issue: z.core.$ZodIssue,
  { root, max }: { root: unknown; max: number },
): Explained[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.slice(0, max).map((key) => unknownKey(path, key));
  if (issue.code === "invalid_key") {
    const names = schemaAt(SETTINGS_JSON_SCHEMA, path.slice(0, -1))?.propertyNames;
    return [badName(path, typeof names === "object" ? names : {})];
  }
  return [badValue(path, valueAt(root, path))];
}

function unknownKey(parent: Path, key: string): Explained {
  const path = [...parent, key];
  const whole = { code: "setting_unknown", path, part: "key" } as const;
  if (parent.length === 0 && key === "locked") {
    return {
      ...whole,
      reason: "`locked` is not allowed in a repository's own file.",
      remedy: "Move it to .github/orb.yml of the owner's repository .github, or remove it.",
    };
  }
  const where = parent.length === 0 ? "" : ` in ${code(pathText(parent))}`;
  const near = suggestKey(SETTINGS_JSON_SCHEMA, { parent, key });
  if (near !== null) {
    return {
      ...whole,
      reason: `Unknown key ${code(key)}${where}. Did you mean ${code(near)}?`,
      remedy: `Use ${code(near)}, or remove the key.`,
    };
  }
  const here = keysOf(schemaAt(SETTINGS_JSON_SCHEMA, parent) ?? SETTINGS_JSON_SCHEMA);
  return {
    ...whole,
    reason: `Unknown key ${code(key)}${where}.`,
    remedy: `Use one of ${here.map(([name]) => code(name)).join(", ")}.`,
  };
}

function badName(
  path: Path,
  { title, description }: { title?: string | undefined; description?: string | undefined },
): Explained {
  return {
    code: "setting_invalid",
    path,
    part: "key",
    reason: `${code(String(path.at(-1)))} can't be ${title}.`,
    remedy: description ?? "Use another name.",
  };
}

function badValue(path: Path, value: unknown): Explained {
  const whole = { code: "setting_invalid", path, part: "value" } as const;
  if (path.length === 0) {
    return {
      ...whole,
      reason: `The file must be a map of settings, but it is ${shown(value)}.`,
      remedy: "Write one setting per line, such as “draft: always”.",
    };
  }
  const schema = schemaAt(SETTINGS_JSON_SCHEMA, path) ?? {};
  return {
    ...whole,
    reason: `${code(pathText(path))} must be ${wordsFor(schema)}, but it is ${shown(value)}.`,
    remedy: remedyFor(path, value),
  };
}

function remedyFor(path: Path, value: unknown): string {
  const schema = schemaAt(SETTINGS_JSON_SCHEMA, path) ?? {};
  if (value === null) return "Set a value, or remove the line.";
  const former = typeof value === "string" ? FORMER_BOOLEANS.get(value.toLowerCase()) : undefined;
  if (schema.type === "boolean" && former !== undefined) {
    return `Write ${former}. In YAML 1.2, ${shown(value)} is a text.`;
  }
  if (schema.type === "array" && typeof value === "string") return `Put it in brackets: [${shown(value)}]`;
  const near = typeof value === "string" ? nearest(value, (schema.enum ?? []).map(String)) : null;
  if (near !== null) return `Did you mean ${code(near)}?`;
  if (schema.title && schema.description) return schema.description;
  const [example] = schema.examples ?? [];
  return example === undefined
    ? "Change the value, or remove the line to use the default."
    : `For example: ${JSON.stringify(example)}`;
}
