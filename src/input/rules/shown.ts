import { withoutInvisible } from "../../text/invisible.ts";
import type { Path } from "./path-text.ts";

const QUOTED_CHARACTERS_MAX = 60;

/** A value of somebody else as a message may quote it: short, on one line, without invisible characters. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (typeof value === "string") return JSON.stringify(shorten(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number") return String(value);
  return typeof value === "object" ? `a map of ${Object.keys(value).length}` : JSON.stringify(value);
}

/** A key or a word of somebody else, marked as code. */
export function shownKey(text: string): string {
  return `\`${shorten(text).replaceAll("`", "'")}\``;
}

/** The value at a path; `undefined` if there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    root,
  );
}

function shorten(text: string): string {
  const visible = withoutInvisible(text.slice(0, 2 * QUOTED_CHARACTERS_MAX)).replaceAll("\n", " ");
  return visible.length > QUOTED_CHARACTERS_MAX ? `${visible.slice(0, QUOTED_CHARACTERS_MAX - 1)}…` : visible;
}
