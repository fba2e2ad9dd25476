import { z } from "zod";
import { LOGIN, TEAM_SLUG } from "../text/github-names.ts";

const GLOB_CHARACTERS_MAX = 300;
const GLOB_WILDCARDS_MAX = 4;
const GLOB_CHOICES_MAX = 2;
const AREAS_MAX = 50;
const AREA_CHARACTERS_MAX = 40;
const HOST_CHARACTERS_MAX = 253;

// Some matchers turn globs into regular expressions, which backtrack: `(a+)+b`, read as a group, takes seconds for a
// path of 26 characters, and each `*` and each choice multiplies the attempts. The globs that are allowed here are fast
// if people write them. A glob that is designed to be slow still takes seconds for a path of 500 characters, so
// matchers must limit the length of paths.
const NO_GROUPS = /^[^()|\\]*$/;
const NOT_REPEATED = /^(?!.*[\]}]\+)/;
const FEW_WILDCARDS = new RegExp(String.raw`^(?:[^*]*\*+){0,${GLOB_WILDCARDS_MAX}}[^*]*$`);
const TWO_WILDCARDS_IN_A_NAME = /^(?!.*\*[^*/]*\*[^*/]*\*)/;
const FEW_CHOICES = new RegExp(String.raw`^[^{]*(?:\{[^{]*){0,${GLOB_CHOICES_MAX}}$`);
// If one glob of several must match, `!a` would match everything except `a`, which nobody means.
const NOT_NEGATED = /^[^!]/;
const VISIBLE = /^[^\p{C}]*$/u;

/** A pattern for paths from the root of the repository, or for names of branches. */
export const glob = z
  .string()
  .min(1)
  .max(GLOB_CHARACTERS_MAX)
  .regex(VISIBLE)
  .regex(NOT_NEGATED)
  .regex(NO_GROUPS)
  .regex(NOT_REPEATED)
  .regex(FEW_WILDCARDS)
  .regex(TWO_WILDCARDS_IN_A_NAME)
  .regex(FEW_CHOICES)
  .meta({
    title: "a glob",
    description: `A glob is a path with \`*\` for anything within a name, \`**\` for any folders, \`?\` for one character, \`[a-z]\` for one of several characters, \`{a,b}\` for a choice. It has at most ${GLOB_CHARACTERS_MAX} characters, ${GLOB_WILDCARDS_MAX} times \`*\` or \`**\` (\`*\` twice in one name), and ${GLOB_CHOICES_MAX} choices; no \`!\` at the start, no parentheses, \`|\` or \`\\\`, and no \`+\` after a bracket.`,
  });

const withoutAt = (name: string) => name.replace(/^@/, "");

export const person = z
  .string()
  .regex(new RegExp(`^@?${LOGIN}$`))
  .transform(withoutAt)
  .meta({ title: "a GitHub login", description: "A GitHub login such as `octocat`, with or without an @." });

/** Kept as written, without the @: `core` or `octo/core`. */
export const team = z
  .string()
  .regex(new RegExp(`^@?(?:${LOGIN}/)?${TEAM_SLUG}$`))
  .transform(withoutAt)
  .meta({
    title: "a team's slug",
    description: "A team's slug, as in its address: `core`, `acme/core` or `@acme/core`.",
  });

const HOST_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

export const host = z
  .string()
  .max(HOST_CHARACTERS_MAX)
  .regex(new RegExp(String.raw`^(?:\*\.)?(?:${HOST_LABEL}\.)+${HOST_LABEL}$`))
  .transform((name) => name.toLowerCase())
  .meta({
    title: "a host name",
    description: "A host name such as `docs.example.com`; `*.example.com` means all its subdomains.",
  });

const areaName = z
  .string()
  .max(AREA_CHARACTERS_MAX)
  // It begins with a letter or a digit, so it can't be `__proto__`.
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._/-]*$/u)
  .meta({
    title: "the name of an area",
    description: `The name of an area begins with a letter or a digit and has at most ${AREA_CHARACTERS_MAX} characters: letters, digits, spaces and \`. _ / -\`.`,
  });

/** Lists of globs by the name of an area. */
export function areas<Globs extends z.ZodType>(globs: Globs) {
  return z
    .record(areaName, globs)
    .refine((named) => Object.keys(named).length <= AREAS_MAX, `has more than ${AREAS_MAX} areas`)
    .meta({ maxProperties: AREAS_MAX });
}
