import { stringify } from "yaml";
import { SETTINGS_JSON_SCHEMA } from "../../src/repository-settings/json-schema.ts";
import {
  type JsonSchema,
  keysOf,
  schemaAt,
  wordsFor,
} from "../../src/repository-settings/rules/known-keys.ts";
import { PROBLEMS_MAX, SETTINGS_BYTES_MAX } from "../../src/repository-settings/rules/read-settings.ts";
import { OWNER_EXAMPLE, SETTINGS_EXAMPLE } from "./settings-example.ts";

const INTRODUCTION = `# Settings of a repository

<!-- Made from src/repository-settings/ by \`node script/generate-docs.ts\`; change it there. -->

A repository says in \`.github/orb.yml\` which pull requests it wants. The file is read from the branch that a pull request
is to be merged into, so a pull request can't change the rules that it is measured by. Without it, and for
each key that it leaves out, the defaults hold.

- [All of it in one example](#all-of-it-in-one-example)
- [The keys](#the-keys)
- [One file for all repositories of an owner](#one-file-for-all-repositories-of-an-owner)
- [When something is wrong with a file](#when-something-is-wrong-with-a-file)

The file is YAML 1.2, at most ${SETTINGS_BYTES_MAX / 1024} KiB. Only \`true\` and \`false\` are truth values there: \`yes\` and \`on\` are texts.
A \`*\` at the start of a value needs quotes. [orb.schema.json](orb.schema.json) is the JSON Schema for editors; the language server
of YAML takes it from a first line such as \`# yaml-language-server: $schema=<where the schema is>\`.
`;

const AFTER_THE_KEYS = `## One file for all repositories of an owner

An owner can have the same file, \`.github/orb.yml\`, in the repository called \`.github\`; it is read from that one's default branch. What
it says takes the place of the defaults in all repositories of the owner, and a repository's own file stands above it. Maps, such as
\`reviewers\` and \`areas\`, are merged key by key; a list takes the place of the other list. In the repository \`.github\` itself only
this file holds.

What the owner's file names under \`locked\`, a repository can't change, be it set there or left at its default:

\`\`\`yaml test=owner
${OWNER_EXAMPLE}\`\`\`

Where a repository's file names such a key all the same, that key is ignored, the rest of its file holds, and a problem says so.
The same goes for sizes that are not in ascending order after both files are merged.

## When something is wrong with a file

A file is taken whole or not at all. A key that does not exist, a value that it can't have or a line that is no YAML are
problems, each with its line, its column and what to do; up to ${PROBLEMS_MAX} are named at once.

- The last content of the file that had no problems stays in force: for a repository's file, of the same branch.
- The problems are told once for each content, not again at each pull request.
- Where there never was a content without problems, a repository's file counts as not there. The bot acts only where a
  completion was addressed to it, and would do so without the file.
- Where there never was one of the owner's file, no new pull requests are opened in the owner's repositories until it is mended:
  what it forbids can't be guessed, and a pull request can't be unopened. Those that are open are still kept up to date.
- A file that is deleted is as good as an empty one.

To look before you commit, ask the bot; \`ORB_TOKEN\` is an API token with the scope \`read\`. An \`owner\` beside \`settings\` is the
text of the owner's file.

\`\`\`sh test=http
curl --silent --show-error --fail-with-body \\
  --header "Authorization: Bearer $ORB_TOKEN" \\
  --header "Content-Type: application/json" \\
  --data @- "$ORB_URL/api/v1/settings/validate" <<'JSON'
{ "settings": "draft: risky\\nreviewer: [octocat]\\n" }
JSON
\`\`\`

\`\`\`json test=answer
{
  "valid": false,
  "problems": [
    {
      "file": "repository",
      "path": "reviewer",
      "line": 2,
      "column": 1,
      "code": "setting_unknown",
      "reason": "Unknown key \`reviewer\`. Did you mean \`reviewers\`?",
      "remedy": "Use \`reviewers\`, or remove the key."
    }
  ],
  "settings": null
}
\`\`\`

Where both files are good, \`settings\` has every setting as it would hold.
`;

/** The text of `docs/repository-settings.md`. */
export function settingsPage(): string {
  const example = `## All of it in one example\n\n\`\`\`yaml test=repository\n${SETTINGS_EXAMPLE}\`\`\`\n`;
  const keys = keysOf(SETTINGS_JSON_SCHEMA).map(([key, schema]) => section(key, schema));
  return [INTRODUCTION, example, `## The keys\n\n${terms()}\n`, ...keys, AFTER_THE_KEYS].join("\n");
}

/** What the descriptions of keys speak of. */
function terms(): string {
  const lists = [["protectedPaths"], ["reviewers", "people"], ["reviewers", "teams"], ["links", "hosts"]];
  const terms = lists.map((path) => schemaAt(SETTINGS_JSON_SCHEMA, [...path, 0]));
  return terms.map((term) => `- ${term?.description}`).join("\n");
}

function section(key: string, schema: JsonSchema): string {
  const children = keysOf(schema);
  const takes = `Takes ${wordsFor(schema)}; by default ${code(schema.default)}.`;
  const parts = [
    `### ${key}`,
    schema.description ?? "",
    children.length === 0 ? takes : table(children),
    exampleOf(key, schema),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function table(children: readonly [string, JsonSchema][]): string {
  const rows = children.map(([name, child]) =>
    [`\`${name}\``, wordsFor(child), code(child.default), child.description ?? ""]
      .map((cell) => cell.replaceAll("|", "\\|"))
      .join(" | "),
  );
  return ["key | takes | default | meaning", "--- | --- | --- | ---", ...rows]
    .map((row) => `| ${row} |`)
    .join("\n");
}

/** The schema's own example, or those of its keys together. */
function exampleOf(key: string, schema: JsonSchema): string {
  const ofChildren = keysOf(schema).flatMap(([name, { examples = [] }]) =>
    examples.slice(0, 1).map((example) => [name, example]),
  );
  if (schema.examples === undefined && ofChildren.length === 0) return "";
  const example = schema.examples?.[0] ?? Object.fromEntries(ofChildren);
  const file = key === "locked" ? "owner" : "repository";
  return `\`\`\`yaml test=${file}\n${stringify({ [key]: example }, { lineWidth: 0 })}\`\`\``;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
