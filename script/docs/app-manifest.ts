import { readFileSync } from "node:fs";
import {
  ASKED_PERMISSIONS,
  EXTRA_PERMISSIONS,
  type UsedPermission,
  usesAtItsLevel,
} from "../../src/github/rules/permissions.ts";

const PATH = new URL("../../app.yml", import.meta.url);
const LINE_LENGTH_MAX = 120;
/** The parts of app.yml that are made from the table of requests; everything else there is written by hand. */
const ASKED = /^default_permissions:\n(?: .*\n)+/m;
const EXTRA = /^# Not asked for.*\n(?:#.*\n)*/m;

/** The text of `app.yml`: the current file, with permissions and reasons from the table. */
export function appManifest(): string {
  const current = readFileSync(PATH, "utf8");
  if (!ASKED.test(current) || !EXTRA.test(current)) {
    throw new Error("app.yml lacks default_permissions or the comment “Not asked for”");
  }
  return current.replace(ASKED, asked).replace(EXTRA, extra);
}

function asked(): string {
  const entries = ASKED_PERMISSIONS.map((permission) => {
    const { need, uses } = permission;
    const reason = [...uses.map(({ does }) => does), ...withReadOnly(permission)].join(" ");
    return `${comment(reason, "  # ")}  ${need}\n`;
  });
  return `default_permissions:\n${entries.join("")}`;
}

/** What an owner who grants less gives up, if the lower level is required and the higher one is not. */
function withReadOnly(used: UsedPermission): string[] {
  const { permission, uses } = used;
  const higher = usesAtItsLevel(used);
  const isRequired = ({ kind }: { readonly kind: string }) => kind === "required";
  if (!uses.some(isRequired) || higher.some(isRequired)) return [];
  const lost = higher.map(({ without }) => without).join(", and ");
  return [`Only ${permission}: read is required: with that alone ${lost}.`];
}

function extra(): string {
  const width = Math.max(...EXTRA_PERMISSIONS.map(({ need }) => need.length)) + 2;
  const entries = EXTRA_PERMISSIONS.map((permission) =>
    comment(sentencesOf(permission), `#   ${permission.need.padEnd(width)}`, `#   ${" ".repeat(width)}`),
  );
  return `# Not asked for, because the bot works without them. An owner who wants more adds the permission. (The bot does not need
# workflows: write, which is for Apps that push .github/workflows: the bot does not push.)
${entries.join("")}`;
}

function sentencesOf({ uses }: UsedPermission): string {
  return uses.map(({ does, without }) => `${does} Without it ${without}.`).join(" ");
}

function comment(text: string, first: string, next = first): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    if (`${line}${word}`.length > LINE_LENGTH_MAX) {
      lines.push(line.trimEnd());
      line = next;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].map((each) => `${each}\n`).join("");
}
