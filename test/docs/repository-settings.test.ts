import { readFileSync } from "node:fs";
import { describe, expect, test } from "../support/testing.ts";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { parse } from "yaml";
import { SETTINGS_JSON_SCHEMA } from "../../src/repository-settings/json-schema.ts";
import { ownerSettings } from "../../src/repository-settings/owner-settings.ts";
import { pathsBelow } from "../../src/repository-settings/rules/known-keys.ts";
import { mergeSettings } from "../../src/repository-settings/rules/merge-settings.ts";
import { readSettings } from "../../src/repository-settings/rules/read-settings.ts";
import { DEFAULT_SETTINGS } from "../../src/repository-settings/settings.ts";
import { readDocExamples } from "../support/documents/doc-examples.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";

const published: unknown = JSON.parse(readFileSync(`${ROOT}docs/orb.schema.json`, "utf8"));
const isValid = new Ajv2020({ allErrors: true, strict: true }).compile(published as object);
const examples = (await readDocExamples(`${ROOT}docs/repository-settings.md`)).filter(
  ({ language }) => language === "yaml",
);

test.each(examples)(
  "the bot and the published schema accept the example on line $line",
  ({ code, test: file }) => {
    const read = readSettings(code, file === "owner" ? "owner" : "repository");
    expect(read.problems).toEqual([]);
    expect(mergeSettings({ owner: null, repository: null, [file]: read }).problems).toEqual([]);
    expect(isValid(parse(code)) ? [] : isValid.errors).toEqual([]);
  },
);

test("the complete example has every key except the owner's", () => {
  const [complete] = examples;
  const pathsOf = (value: unknown, parent = ""): string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, child]) =>
          [parent + key].concat(pathsOf(child, `${parent}${key}.`)),
        )
      : [];
  const shown = pathsOf(parse(complete?.code ?? ""));
  expect(pathsBelow(SETTINGS_JSON_SCHEMA).filter((path) => !shown.includes(path))).toEqual(["locked"]);
});

test("every key has a description, and every value its real default", () => {
  const { locked, ...defaults } = defaultsOf(SETTINGS_JSON_SCHEMA);
  expect(locked).toEqual([]);
  expect(defaults).toEqual(DEFAULT_SETTINGS);

  function defaultsOf({ properties = {} }: { properties?: Record<string, unknown> | undefined }) {
    return Object.fromEntries(
      Object.entries(properties).map(([key, child]): [string, unknown] => {
        const schema = child as {
          description?: string;
          default: unknown;
          properties?: Record<string, unknown>;
        };
        expect({ key, description: schema.description }).toEqual({ key, description: expect.any(String) });
        return [key, schema.properties ? defaultsOf(schema) : schema.default];
      }),
    );
  }
});

describe("the published schema and the bot accept the same files", () => {
  const GOOD = [
    {},
    { hold: "why" },
    { hold: true },
    { areas: { a: [], "b c": ["**"] } },
    { limits: { openPerRequester: null } },
    { reviewers: { people: ["@a", "b_c"], teams: ["@a/b"], max: 0 } },
    { links: { hosts: ["*.A.example"] } },
    { locked: ["size.XS", "areas"] },
  ];
  const BAD = [
    [],
    null,
    "text",
    { Enabled: true },
    { enabled: null },
    { hold: "" },
    { hold: 1 },
    { draft: "maybe" },
    { areas: { "": [] } },
    { areas: { "a,b": [] } },
    { areas: { a: "b" } },
    { areas: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, []])) },
    { branches: ["!a"] },
    { branches: ["+(a)"] },
    { branches: ["*/".repeat(5)] },
    { branches: ["*a*a*"] },
    { branches: ["(a)"] },
    { branches: ["{a}".repeat(3)] },
    { branches: [""] },
    { branches: Array(101).fill("a") },
    { limits: { openPerRequester: 0 } },
    { limits: { openPerRequester: 1.5 } },
    { reviewers: { people: ["a b"] } },
    { reviewers: { people: Array(16).fill("a") } },
    { size: { XXL: 1 } },
    { disclosure: "x".repeat(2_001) },
    { links: { hosts: ["https://a.example"] } },
    { locked: ["areas.api"] },
  ];
  test.each(GOOD.map((value) => ({ value })))("$value is good", ({ value }) => {
    expect([isValid(value), ownerSettings.safeParse(value).success]).toEqual([true, true]);
  });
  test.each(BAD.map((value) => ({ value })))("$value is not", ({ value }) => {
    expect([isValid(value), ownerSettings.safeParse(value).success]).toEqual([false, false]);
  });

  test("also those that are made of random parts of good files", () => {
    const paths = pathsBelow(SETTINGS_JSON_SCHEMA);
    const keys = fc.constantFrom(...new Set(paths.flatMap((path) => path.split("."))), "api", "no such key");
    const leaf = fc.oneof(
      fc.constantFrom(...paths, "always", "**", "!a", "a b", "example.com", "@a/b", ""),
      fc.integer({ min: -1, max: 1_000_001 }),
      fc.constantFrom(true, false, null, 0.5),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), tie("map")),
      map: fc.dictionary(keys, tie("value"), { maxKeys: 3 }),
    }));
    // Each top-level key by itself, so that one bad key does not hide what the others are.
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(SETTINGS_JSON_SCHEMA.properties ?? {})),
        value,
        (key, inner) => {
          const file = { [key]: inner };
          expect(isValid(file)).toBe(ownerSettings.safeParse(file).success);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test.each(repositoryFiles("fixtures/projects/_repositories/*/files/.github/orb.yml"))(
  "%s is good",
  (path) => {
    const read = readSettings(readFileSync(`${ROOT}${path}`, "utf8"), "repository");
    expect(read.problems).toEqual([]);
    expect(mergeSettings({ owner: null, repository: read }).problems).toEqual([]);
  },
);
