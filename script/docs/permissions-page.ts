import type { Need, Needs } from "../../src/github/rules/need.ts";
import {
  ASKED_PERMISSIONS,
  EXTRA_PERMISSIONS,
  type UsedPermission,
} from "../../src/github/rules/permissions.ts";
import type { Use } from "../../src/github/rules/uses.ts";
import { EVENTS, GRAPHQL_REQUESTS, REST_REQUESTS } from "../../src/github/rules/requests.ts";

const INTRODUCTION = `# Permissions

<!-- Made from src/github/rules/ by \`node script/generate-docs.ts\`; change it there. -->

Every request to GitHub names the permissions that it needs, in \`src/github/rules/requests.ts\`. This page, the reasons in
[app.yml](../app.yml) and what the bot reports as missing are made from that table. A test compares it with
[GitHub's own](https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps).

- [What the App asks for](#what-the-app-asks-for)
- [What an owner can add](#what-an-owner-can-add)
- [Which request needs what](#which-request-needs-what)
- [Which event needs what](#which-event-needs-what)
`;

interface Row {
  /** Such as \`GET /app\`; in Markdown. */
  readonly name: string;
  readonly needs: Needs;
}

/** The text of \`docs/permissions.md\`. */
export function permissionsPage(): string {
  const requests = [...restRows(), ...graphqlRows()];
  const free = requests.filter(({ needs }) => needs.length === 0).map(({ name }) => `- ${name}`);
  return [
    INTRODUCTION,
    `## What the App asks for

Without a permission that is marked as required, no pull request can be opened. Without another, or until an owner has approved it,
the bot does less. \`write\` includes \`read\`. An App that holds \`contents: write\` could also push; the bot never does. To do
without it, ask for \`contents: read\` in app.yml.

${table(["permission", "what the bot does with it", "without it"], ASKED_PERMISSIONS.flatMap(rowsByLevel))}
`,
    `## What an owner can add

The bot works without these.

${table(["permission", "what the bot does with it", "without it"], EXTRA_PERMISSIONS.flatMap(rowsByLevel))}
`,
    `## Which request needs what

GitHub can refuse parts of a GraphQL document: a part is named by its alias, and “… on Type” is also needed if the answer has an
object of this type.

${needsTable("request", requests)}

These need none: an installation's token, or the App's own key, is enough.

${free.join("\n")}
`,
    `## Which event needs what

Every App receives the events about the installation itself.

${needsTable("event", eventRows())}
`,
  ].join("\n");
}

function rowsByLevel({ uses }: UsedPermission): string[][] {
  return [...Map.groupBy(uses, ({ of }) => of)].map(([need, group]) => permissionRow(need, group));
}

function permissionRow(need: Need, uses: readonly Use[]): string[] {
  const required = uses.some(({ kind }) => kind === "required") ? " (required)" : "";
  return [
    `\`${need}\`${required}`,
    uses.map(({ does }) => does).join(" "),
    uses.map(({ without }) => without).join("; "),
  ];
}

function restRows(): Row[] {
  return Object.entries(REST_REQUESTS).map(([route, { needs }]) => ({ name: `\`${route}\``, needs }));
}

function graphqlRows(): Row[] {
  return Object.entries(GRAPHQL_REQUESTS).flatMap(([operation, { needs }]) => {
    const parts = Object.entries<Needs>(needs).filter(([, each]) => each.length > 0);
    return parts.map(([part, each]) => ({ name: `\`${operation}\`, part \`${part}\``, needs: each }));
  });
}

function eventRows(): Row[] {
  return Object.entries(EVENTS).map(([event, { needs }]) => ({ name: `\`${event}\``, needs }));
}

/** Rows with the same needs are grouped. */
function needsTable(what: string, rows: readonly Row[]): string {
  const groups = Map.groupBy(rows, ({ needs }) => wordsFor(needs));
  groups.delete("");
  const lines = [...groups].flatMap(([needs, group]) => group.map(({ name }) => [needs, name]));
  return table(["needs", what], lines);
}

function wordsFor(needs: Needs): string {
  const words = needs.map((need) => (typeof need === "string" ? `\`${need}\`` : eitherOf(need)));
  return words.map((each) => (words.length > 1 && each.includes(" or ") ? `(${each})` : each)).join(" and ");
}

function eitherOf(needs: readonly string[]): string {
  return needs.map((each) => `\`${each}\``).join(" or ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
