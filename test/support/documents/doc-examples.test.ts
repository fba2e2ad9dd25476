import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../testing.ts";
import { readDocExamples } from "./doc-examples.ts";
import { runExample } from "./run-example.ts";

const PAGE = `# A page

\`\`\`sh test=greeting
echo "Hello, $NAME"
\`\`\`

\`\`\`sh
exit 1
\`\`\`

~~~python title="A script" test=script
print("\`\`\`")
~~~
`;

test("marked examples are found in order, with any kind of fence; other code blocks are ignored", async () => {
  const directory = await mkdtemp(join(tmpdir(), "orb-docs-"));
  await writeFile(join(directory, "page.md"), PAGE);
  expect(await readDocExamples(join(directory, "page.md"))).toEqual([
    { language: "sh", test: "greeting", code: 'echo "Hello, $NAME"', line: 3 },
    { language: "python", test: "script", code: 'print("```")', line: 11 },
  ]);
  await rm(directory, { recursive: true });
});

test("an example sees the variables of the page and no others", async () => {
  const env = { language: "sh", test: "env", code: "env", line: 1 };
  const lines = (await runExample(env, { NAME: "Ines" })).split("\n");
  expect(lines).toContain("NAME=Ines");
  expect(lines.filter((line) => line.startsWith("NODE_OPTIONS="))).toEqual([]);
});

test("an example fails if a command in its middle fails", async () => {
  const broken = { language: "sh", test: "x", code: "false\ntrue", line: 1 };
  await expect(runExample(broken, {})).rejects.toThrow("Command failed");
});

test("a language without an interpreter is refused by name", async () => {
  const cobol = { language: "cobol", test: "x", code: "", line: 7 };
  await expect(runExample(cobol, {})).rejects.toThrow("Line 7: nothing here runs cobol");
});
