/** As long as the bot reads: half a megabyte is shown by GraphQL, CODEOWNERS may have three, all others 64 KiB. */
const TEXT_CHARACTERS = 60_000;
const OWNERS_CHARACTERS = 2_900_000;
const BRANCH_CHARACTERS = 240;
/** Git limits paths to 4 096 bytes. */
const PATH_CHARACTERS = 4_000;

/** One file that is costly to read, and a branch and paths on which it is most costly. */
export interface HostileFile {
  readonly path: string;
  readonly text: string;
}

/** Paths that match nearly all of a starred pattern. */
export function hostilePaths(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? `${"a".repeat(PATH_CHARACTERS)}${index}`
      : `${"a/".repeat(PATH_CHARACTERS / 2)}${index}`,
  );
}

/** A branch name on which regular expressions try every way. */
export const HOSTILE_BRANCH = `agent/${"a".repeat(BRANCH_CHARACTERS)}`;

const LABELER = ".github/labeler.yml";
const SETTINGS = ".github/orb.yml";

/** Files that anybody could push, by what is hostile about them. */
export const HOSTILE_FILES: Readonly<Record<string, HostileFile>> = {
  "a labeler.yml of nested branch patterns": {
    path: LABELER,
    text: branchLabels(612, (index) => `^.*a.*${nested(6)}.*b${index}$`),
  },
  "a labeler.yml of long repetitions": {
    path: LABELER,
    text: branchLabels(612, (index) => `a{1,200}a{1,200}b${index}$`),
  },
  "a labeler.yml of 14 000 keys": {
    path: LABELER,
    text: `{${Array.from({ length: 14_000 }, (_, index) => (index + 12_960).toString(36)).join(",")}}`,
  },
  "a labeler.yml of starred globs": {
    path: LABELER,
    text: Array.from(
      { length: 190 },
      (_, index) => `l${index}:\n- changed-files: '*${"a?".repeat(140)}b'\n`,
    ).join(""),
  },
  "a labeler.yml of nothing but commas": { path: LABELER, text: `[${",".repeat(TEXT_CHARACTERS)}` },
  "a labeler.yml nested without end": { path: LABELER, text: filled("- ") },
  "a labeler.yml of aliases": { path: LABELER, text: `a: &a [x]\n${filled("b: *a\n")}` },
  "a labeler.yml whose aliases multiply": { path: LABELER, text: multiplied() },
  "an orb.yml of mistakes": { path: SETTINGS, text: filled("}\n") },
  "an orb.yml of tags": { path: SETTINGS, text: filled("!a b\n") },
  "an orb.yml of nothing but commas": { path: SETTINGS, text: `[${",".repeat(TEXT_CHARACTERS)}` },
  "an orb.yml nested without end": { path: SETTINGS, text: filled("{a: ") },
  "an orb.yml whose aliases multiply": { path: SETTINGS, text: multiplied() },
  "an orb.yml of many areas": {
    path: SETTINGS,
    text: `areas:\n${Array.from({ length: 45 }, (_, index) => `  a${index}: [${`'**/${"a?".repeat(60)}*a*{b,c}', `.repeat(9)}x]\n`).join("")}`,
  },
  "a .gitattributes of starred patterns": {
    path: ".gitattributes",
    text: filled(`*${"a?".repeat(400)}b linguist-generated\n`),
  },
  "a CODEOWNERS of starred patterns": {
    path: "CODEOWNERS",
    text: filled(`*${"a?".repeat(400)}b @octocat\n`, OWNERS_CHARACTERS),
  },
  "a CODEOWNERS of deep patterns": {
    path: "CODEOWNERS",
    text: filled(`${"**/a/".repeat(150)}b @octocat\n`, OWNERS_CHARACTERS),
  },
  "a CODEOWNERS of one line": { path: "CODEOWNERS", text: filled("@octocat ", OWNERS_CHARACTERS) },
  "a CODEOWNERS of empty lines": { path: "CODEOWNERS", text: "\n".repeat(OWNERS_CHARACTERS) },
  "a template of loops": {
    path: ".github/orb/chore.md",
    text: "{% for a in (1..1000) %}{% for b in (1..1000) %}{{ b }}{% endfor %}{% endfor %}",
  },
};

function filled(unit: string, characters = TEXT_CHARACTERS): string {
  return unit.repeat(Math.floor(characters / unit.length));
}

/** Labels with 102 patterns each: the bot reads at most 200 labels. */
function branchLabels(count: number, pattern: (index: number) => string): string {
  const patterns = Array.from({ length: count }, (_, index) => `'${pattern(index)}'`);
  const lists = Array.from({ length: count / 102 }, (_, index) =>
    patterns.slice(index * 102, (index + 1) * 102),
  );
  return lists.map((list, index) => `l${index}:\n- head-branch: [${list.join(", ")}]\n`).join("");
}

function nested(depth: number): string {
  return "(a|".repeat(depth) + "a" + ")".repeat(depth);
}

/** Each level holds nine of the level before: a few lines stand for gigabytes. */
function multiplied(): string {
  const levels = Array.from({ length: 20 }, (_, index) => {
    const item = index === 0 ? "x" : `*l${index - 1}`;
    return `l${index}: &l${index} [${Array(9).fill(item).join(", ")}]\n`;
  });
  return levels.join("");
}
