import { expect, test } from "@jest/globals";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `src/part-${index % 7}/file-${index}.ts`,
      `export const n${index} = ${index};\n`.repeat((index % 3) + 1),
    ]),
  );
}

/** As people read it, with a space that does not break. */
function grouped(number: number): string {
  return number.toLocaleString("en").replaceAll(",", "\u00a0");
}

test("a change of 3 000 files is summarised as git has it", async () => {
  await scenario.complete("many", { files: manyFiles(3_000), data: { type: "refactor" } });
  const pullRequest = await scenario.opened("many");
  const body = pullRequest.body ?? "";
  const { gitDir } = scenario.stage.repository;
  const numstat = await runGit(gitDir, ["diff", "--numstat", "main...agent/many"]);
  const rows = numstat
    .trim()
    .split("\n")
    .map((row) => row.split("\t"));
  const additions = rows.reduce((sum, [added]) => sum + Number(added), 0);
  expect(rows).toHaveLength(3_000);
  expect(body).toContain(`${grouped(3_000)} files, **+${grouped(additions)} −0**`);
  const perFolder = new Map<string, { files: number; added: number }>();
  for (const [added = "0", , path = ""] of rows) {
    const folder = path.split("/").slice(0, 2).join("/");
    const known = perFolder.get(folder) ?? { files: 0, added: 0 };
    perFolder.set(folder, { files: known.files + 1, added: known.added + Number(added) });
  }
  for (const [folder, { files, added }] of perFolder) {
    expect(body).toContain(`| \`${folder}/\` | source | ${grouped(files)} | ${grouped(added)} | 0 |`);
  }
  expect(pullRequest.labels).toContain("size: xl");
  expect(pullRequest.labels).toContain("risk: high");
});

test("a change of 20 000 files says what the bot could not see", async () => {
  await scenario.complete("vast", { files: manyFiles(20_000), data: { type: "refactor" } });
  const pullRequest = await scenario.opened("vast");
  expect(pullRequest.body).toContain(`${grouped(20_000)} files, **+${grouped(39_999)} −0**`);
  expect(pullRequest.body).toContain(`only the first ${grouped(3_000)} are listed`);
  expect(pullRequest.body).toContain("The bot could not see 17000 of its files.");
  expect(pullRequest.labels).toContain("risk: high");
});

test("a mistake in the settings is told also where a large change is gone over twice", async () => {
  const { github, repository } = scenario.stage;
  const settle = (yaml: string) =>
    github.pushFiles(repository, { branch: "main", files: { ".github/orb.yml": yaml }, message: "Settle" });
  await settle("draft: alwys\n");
  await scenario.complete("large-and-wrong", { files: manyFiles(301), data: { type: "refactor" } });
  const { headSha } = await scenario.opened("large-and-wrong");
  const run = [...repository.checkRuns].find((one) => one.name === "orb" && one.headSha === headSha);
  expect(run?.output?.summary).toContain("line 1");
  await settle("");
});
