import { afterAll, expect, test } from "../../support/testing.ts";
import {
  HOSTILE_BRANCH,
  HOSTILE_FILES,
  type HostileFile,
  hostilePaths,
} from "../../../bench/hostile-repository.ts";
import { askFiles } from "../../../src/changes/ask-files.ts";
import { askCodeOwners } from "../../../src/pull-requests/plan/ask-code-owners.ts";
import { askSettings } from "../../../src/repository-settings/ask-settings.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { turnsDuring } from "../../support/loop-turns.ts";
import { sampled } from "../../support/sample.ts";
import { changedFile } from "./changed-file.ts";

/** Long enough for a busy machine, and too short for a file that is too slow on any. */
const PATIENT = new Apart({ callMsMax: 60_000 });
const HASTY = new Apart({ callMsMax: 1 });
afterAll(() => Promise.all([PATIENT.close(), HASTY.close()]));

const FILES = hostilePaths(6).map((path) => changedFile(path));

/** Reads a file as the bot does. @returns the codes of its problems */
async function read({ path, text }: HostileFile, apart: Apart): Promise<string[]> {
  const at = { apart, account: "octo" };
  const file = { path, oid: "0".repeat(40), text };
  if (path === "CODEOWNERS") return codesOf((await askCodeOwners(file, FILES, at)).problems);
  const settings = await askSettings(
    { text: path.endsWith("orb.yml") ? text : "", kind: "repository", ...at },
    apart,
  );
  const given = settings.given ?? {};
  const { problems } = await askFiles(
    {
      files: FILES,
      headBranch: HOSTILE_BRANCH,
      baseBranch: "main",
      gitAttributes: path === ".gitattributes" ? file : null,
      labeler: path.endsWith("labeler.yml") ? file : null,
      settings: { areas: {}, protectedPaths: [], ...given },
    },
    at,
  );
  return codesOf([...settings.problems, ...problems]);
}

const codesOf = (problems: readonly { readonly code: string }[]) => problems.map(({ code }) => code);

const PATTERNS_AND_SETTINGS = Object.keys(HOSTILE_FILES).filter((name) => !name.startsWith("a template"));

/** One for each function that is called apart, and one for each kind of text that it reads. */
const SOME = [
  "a labeler.yml of nested branch patterns",
  "a labeler.yml of starred globs",
  "a labeler.yml of aliases",
  "an orb.yml of nothing but commas",
  "an orb.yml of many areas",
  "a .gitattributes of starred patterns",
  "a CODEOWNERS of deep patterns",
];

function fileOf(name: string): HostileFile {
  const file = HOSTILE_FILES[name];
  if (!file) throw new Error(`There is no ${name}`);
  return file;
}

test.each(sampled("hostile files", PATTERNS_AND_SETTINGS, SOME))(
  "%s lets other work have its turn",
  async (name) => {
    const { turns } = await turnsDuring(read(fileOf(name), HASTY));
    // On the loop it would be none.
    expect(turns).toBeGreaterThan(0);
  },
);

test.each([
  ["a CODEOWNERS of starred patterns", ["file_too_slow"], HASTY],
  ["an orb.yml of nothing but commas", ["file_too_slow"], HASTY],
  ["a labeler.yml of nested branch patterns", [], PATIENT],
  ["a labeler.yml whose aliases multiply", ["labeler_unreadable"], PATIENT],
])("%s has these problems: %j", async (name, codes, apart) => {
  expect(await read(fileOf(name), apart)).toEqual(codes);
});

test("what could not be compared with protected paths is not taken for unprotected", async () => {
  const protectedPaths = Array.from({ length: 100 }, () => `**/${"a?".repeat(140)}b/{c,d}/*a*`);
  const facts = { files: FILES, headBranch: "x", baseBranch: "main", gitAttributes: null, labeler: null };
  const said = await askFiles(
    { ...facts, settings: { areas: {}, protectedPaths } },
    { apart: HASTY, account: "octo" },
  );
  expect(said).toMatchObject({ protectedPaths: null, problems: [{ code: "file_too_slow" }] });
});
