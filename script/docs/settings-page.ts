import { stringify } from "yaml";
import { SETTINGS_JSON_SCHEMA } from "../../src/repository-settings/json-schema.ts";
import {
  type JsonSchema,
  keysOf,
  schemaAt,
  wordsFor,
} from "../../src/repository-settings/rules/known-keys.ts";
import { PROBLEMS_MAX, SETTINGS_BYTES_MAX } from "../../src/repository-settings/rules/read-settings.ts";
import { OF_THE_WHOLE_REPOSITORY } from "../../src/repository-settings/settings.ts";
import { OWNER_EXAMPLE, SETTINGS_EXAMPLE } from "./settings-example.ts";

const INTRODUCTION = `# Settings of a repository

<!-- Made from src/repository-settings/ by \`node script/generate-docs.ts\`; change it there. -->

A repository says in \`.github/orb.yml\` on its default branch which pull requests it wants. Without the file, and for each missing
key, the defaults apply.

- [Every setting in one example](#every-setting-in-one-example)
- [Which branch decides](#which-branch-decides)
- [The keys](#the-keys)
- [One file for all repositories of an owner](#one-file-for-all-repositories-of-an-owner)
- [When something is wrong with a file](#when-something-is-wrong-with-a-file)

The file is YAML 1.2, at most ${SETTINGS_BYTES_MAX / 1024} KiB. Only \`true\` and \`false\` are booleans: \`yes\` and \`on\` are texts.
A \`*\` at the start of a value needs quotes. [orb.schema.json](orb.schema.json) is the JSON Schema for editors; the YAML language
server finds it through a first line such as \`# yaml-language-server: $schema=<path or URL of the schema>\`.
`;

const WHICH_BRANCH = `## Which branch decides

The default branch decides, whatever the base of a pull request is. A signal names the base, and an agent may have pushed that
branch, so its files could relax the rules for the agent's own work. For the same reason the pull request's own branch never counts.

A base can have a file of its own if the default branch, or the owner's file, names it **in full** under \`baseBranches\`. A glob
such as \`release/*\` accepts a base, but does not let it make rules, because it also matches a branch that an agent makes. Protect a
branch that you name, as you protect the default branch.

| the base | its \`.github/orb.yml\` | its templates, \`labeler.yml\`, \`.gitattributes\` | its CODEOWNERS |
| --- | --- | --- | --- |
| the default branch | counts | count | count |
| named in full under \`baseBranches\` | counts on top of the default branch's, without ${inWords(OF_THE_WHOLE_REPOSITORY)} | count instead of the default branch's | count |
| any other | counts only where it is stricter | don't count; the default branch's do | count, because GitHub itself reads them there |

- Any base can be stricter for pull requests into itself: with \`enabled: false\`, \`hold\`, \`autoReady: false\`, or with \`risky\` or
  \`always\` for \`draft\`. None of these can lift what the default branch says.
- The same holds after a person changes the base of an open pull request, and for
  [previews](pull-requests.md#preview-before-you-signal).
- If the base is not the default branch, the history of the pull request says whose settings apply. Refusals and problems name the
  file's branch, such as \`.github/orb.yml on main\`.
`;

const AFTER_THE_KEYS = `## One file for all repositories of an owner

An owner can have the same file, \`.github/orb.yml\`, in the repository called \`.github\`; the bot reads it from the default branch
there. Its settings replace the defaults in all repositories of the owner, and a repository's own file overrides them. Maps, such as
\`reviewers\` and \`areas\`, are merged key by key; a list replaces the other list. In the repository \`.github\` itself only this
file applies.

A repository can't change the keys that the owner's file names under \`locked\`, whether the owner sets them or leaves the default:

\`\`\`yaml test=owner
${OWNER_EXAMPLE}\`\`\`

If a repository's file sets a locked key, the bot ignores that key, reports a problem, and applies the rest of the file. The same
happens with sizes that don't ascend once the files are merged, and with the file of a base.

## When something is wrong with a file

A file is used as a whole or not at all. An unknown key, a wrong value or a line that is not YAML is a problem; each is reported with
its line, its column and what to do, up to ${PROBLEMS_MAX} at once.

- The last version of the file without problems stays in force; of a file in a repository, the last on the same branch.
- The bot reports the problems once for each version of the file, not for each pull request. It reports nothing about the file of a
  base that does not count.
- If no version of a repository's file was ever without problems, the defaults apply, as without the file.
- If no version of the owner's file was ever without problems, the bot opens no new pull requests in the owner's repositories until
  it is fixed: nobody can guess what it forbids, and opening a pull request can't be undone. The bot still updates those that are open.
- A deleted file counts as an empty one.

To check a file before you commit it, ask the bot; \`ORB_TOKEN\` is an API token with the scope \`read\`. Add the text of the owner's
file as \`owner\`, if there is one.

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

If both files are valid, \`settings\` has the effective value of every setting.
`;

const WHOLE: ReadonlySet<string> = new Set(OF_THE_WHOLE_REPOSITORY);

/** The text of `docs/repository-settings.md`. */
export function settingsPage(): string {
  const example = `## Every setting in one example\n\n\`\`\`yaml test=repository\n${SETTINGS_EXAMPLE}\`\`\`\n`;
  const keys = keysOf(SETTINGS_JSON_SCHEMA).map(([key, schema]) => section(key, schema));
  return [INTRODUCTION, example, WHICH_BRANCH, `## The keys\n\n${terms()}\n`, ...keys, AFTER_THE_KEYS].join(
    "\n",
  );
}

/** Explains the kinds of values that the descriptions of keys mention. */
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
    WHOLE.has(key) ? "Only the default branch and the owner set this." : "",
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

/** The schema's own example, or else those of its keys combined; empty if it has none. */
function exampleOf(key: string, schema: JsonSchema): string {
  const ofChildren = keysOf(schema).flatMap(([name, { examples = [] }]) =>
    examples.slice(0, 1).map((example) => [name, example]),
  );
  if (schema.examples === undefined && ofChildren.length === 0) return "";
  const example = schema.examples?.[0] ?? Object.fromEntries(ofChildren);
  const file = key === "locked" ? "owner" : "repository";
  return `\`\`\`yaml test=${file}\n${stringify({ [key]: example }, { lineWidth: 0 })}\`\`\``;
}

function inWords(keys: readonly string[]): string {
  return `${keys
    .slice(0, -1)
    .map((key) => `\`${key}\``)
    .join(", ")} and \`${keys.at(-1)}\``;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
