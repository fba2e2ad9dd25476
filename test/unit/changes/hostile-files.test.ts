import { afterAll, expect, test } from "../../support/testing.ts";
import { HOSTILE_BRANCH, HOSTILE_FILES, hostilePaths } from "../../../bench/hostile-repository.ts";
import { askFiles } from "../../../src/changes/ask-files.ts";
import { askCodeOwners } from "../../../src/pull-requests/plan/ask-code-owners.ts";
import { askSettings } from "../../../src/repository-settings/ask-settings.ts";
import { Apart } from "../../../src/work/apart/apart.ts";
import { turnsDuring } from "../../support/loop-turns.ts";
import { changedFile } from "./changed-file.ts";

const apart = new Apart({ callMsMax: 100 });
afterAll(() => apart.close());

const FILES = hostilePaths(6).map((path) => changedFile(path));
const AT = { apart, account: "octo" };

/** Reads a file as the bot does. @returns the codes of its problems */
async function read({ path, text }: { path: string; text: string }): Promise<string[]> {
  const file = { path, oid: "0".repeat(40), text };
  if (path === "CODEOWNERS") return codesOf((await askCodeOwners(file, FILES, AT)).problems);
  const settings = await askSettings(
    { text: path.endsWith("orb.yml") ? text : "", kind: "repository", ...AT },
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
    AT,
  );
  return codesOf([...settings.problems, ...problems]);
}

const codesOf = (problems: readonly { readonly code: string }[]) => problems.map(({ code }) => code);

const PATTERNS_AND_SETTINGS = Object.entries(HOSTILE_FILES).filter(([, { path }]) => !path.endsWith(".md"));

test.each(PATTERNS_AND_SETTINGS)("%s lets other work have its turn", async (_name, file) => {
  const { turns } = await turnsDuring(read(file));
  // On the loop it would be none.
  expect(turns).toBeGreaterThan(0);
});

test.each([
  ["a CODEOWNERS of starred patterns", ["file_too_slow"]],
  ["an orb.yml of nothing but commas", ["file_too_slow"]],
  ["a labeler.yml of nested branch patterns", []],
  ["a labeler.yml whose aliases multiply", ["labeler_unreadable"]],
])("%s has these problems: %j", async (name, codes) => {
  const file = HOSTILE_FILES[name];
  expect(file && (await read(file))).toEqual(codes);
});

test("what could not be compared with protected paths is not taken for unprotected", async () => {
  const protectedPaths = Array.from({ length: 100 }, () => `**/${"a?".repeat(140)}b/{c,d}/*a*`);
  const facts = { files: FILES, headBranch: "x", baseBranch: "main", gitAttributes: null, labeler: null };
  const stopped = { apart: new Apart({ callMsMax: 1 }), account: "octo" };
  const said = await askFiles({ ...facts, settings: { areas: {}, protectedPaths } }, stopped);
  await stopped.apart.close();
  expect(said).toMatchObject({ protectedPaths: null, problems: [{ code: "file_too_slow" }] });
});
