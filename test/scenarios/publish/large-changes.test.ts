import { expect, test, describe } from "../../support/testing.ts";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import { longStory } from "../../support/sample.ts";
import { runGit } from "../../../fixtures/meta-agent/git.ts";

const scenario = useScenario();

describe("a description that is too long", () => {
  const SIGNAL_BYTES_MAX = 1024 * 1024;
  const CHECK_TEXT_BYTES_MAX = 65_535;
  const MOVED_FILES = 150;

  /** The data of a completion with every field, which together nearly fill a signal. */
  function monster() {
    const items = <T>(count: number, make: (text: string) => T) =>
      Array.from({ length: count }, (_, index) =>
        make(`thing ${index}: ${"all of it matters, ".repeat(60)}`),
      );
    return {
      type: "refactor",
      summary: "The summary comes first. ".repeat(16_000),
      changes: items(150, (text) => text),
      recommendations: items(150, (text) => ({ agent: "reviewer", severity: "critical", text })),
      claims: items(100, (text) => ({ kind: "tests", text })),
    };
  }

  /** A path that is about as long as the longest that is shown in full. */
  function path(folder: string, index: number): string {
    return `${folder}/${"a-long-way-down/".repeat(9)}${index}.ts`;
  }

  test("continues on the check run of its commit", async () => {
    const contents = Array.from({ length: MOVED_FILES }, (_, index) => `export const unique = ${index};\n`);
    const before = contents.map((text, index) => [path("old", index), text]);
    const moved = contents.flatMap((text, index) => [
      [path("old", index), null],
      [path("new", index), text],
    ]);
    const { repository } = scenario.stage;
    await scenario.change(repository, Object.fromEntries(before));
    const data = monster();
    const bytes = JSON.stringify(data).length;
    expect(bytes).toBeGreaterThan(SIGNAL_BYTES_MAX * 0.8);
    expect(bytes).toBeLessThan(SIGNAL_BYTES_MAX);
    await scenario.complete("monster", { files: Object.fromEntries(moved), data });

    const pullRequest = await scenario.opened("monster");
    expect(pullRequest.body?.length).toBeLessThanOrEqual(60_000);
    expect(sectionOf(pullRequest, "summary")).toContain("The summary comes first.");
    // Neutral until the first look.
    const conclusion: unknown = expect.stringMatching(/^(?:neutral|success)$/);
    expect(repository.checkRuns).toMatchObject([
      { name: "orb", headSha: pullRequest.headSha, status: "completed", conclusion },
    ]);
    const { summary, text } = repository.checkRuns[0]?.output ?? {};
    expect(summary).toContain("The description was too long for GitHub.");
    expect(Buffer.byteLength(text ?? "")).toBeLessThanOrEqual(CHECK_TEXT_BYTES_MAX);
    const rows = (shown: string | null | undefined) => shown?.match(/ \| renamed from /g)?.length ?? 0;
    expect(rows(pullRequest.body)).toBe(0);
    expect(rows(text)).toBe(MOVED_FILES);
  });

  longStory("stays on the same check run after another completion; a new commit gets its own", async () => {
    const { github, repository } = scenario.stage;
    const pullRequest = await scenario.opened("monster");
    const [first] = repository.checkRuns;
    const mark = github.requests.mark();
    const claims = [{ kind: "tests", text: "They pass." }];
    await scenario.completeAgain("monster", { files: null, data: { ...monster(), claims } });
    expect(repository.checkRuns).toEqual([first]);
    const asked = github.requests.since(mark).map(({ method, route }) => `${method} ${route}`);
    // The first look may have written before all that there was to write.
    const others = asked.filter((request) => request.includes("check-runs") && !request.startsWith("PATCH"));
    expect(others).toEqual([]);

    await scenario.completeAgain("monster", { minute: 41, data: monster() });
    expect(repository.checkRuns.map(({ headSha }) => headSha)).toEqual([first?.headSha, pullRequest.headSha]);
  });
});

describe("a large change", () => {
  function manyFiles(count: number): Record<string, string> {
    return Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `src/part-${index % 7}/file-${index}.ts`,
        `export const n${index} = ${index};\n`.repeat((index % 3) + 1),
      ]),
    );
  }

  /** A number as people read it, with a space that does not break. */
  function grouped(number: number): string {
    return number.toLocaleString("en").replaceAll(",", "\u00a0");
  }

  longStory("of 3 000 files has a summary with git's numbers", async () => {
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

  longStory("of 20 000 files has a description that says what the bot could not see", async () => {
    await scenario.complete("vast", { files: manyFiles(20_000), data: { type: "refactor" } });
    const pullRequest = await scenario.opened("vast");
    expect(pullRequest.body).toContain(`${grouped(20_000)} files, **+${grouped(39_999)} −0**`);
    expect(pullRequest.body).toContain(`only the first ${grouped(3_000)} are listed`);
    expect(pullRequest.body).toContain("The bot could not see 17000 of its files.");
    expect(pullRequest.labels).toContain("risk: high");
  });

  longStory("is read twice, and a mistake in the settings is still reported", async () => {
    const { repository } = scenario.stage;
    await scenario.change(repository, { ".github/orb.yml": "draft: alwys\n" });
    await scenario.complete("large-and-wrong", { files: manyFiles(301), data: { type: "refactor" } });
    const { headSha } = await scenario.opened("large-and-wrong");
    const run = [...repository.checkRuns].find((one) => one.name === "orb" && one.headSha === headSha);
    expect(run?.output?.summary).toContain("line 1");
    await scenario.change(repository, { ".github/orb.yml": "" });
  });
});
