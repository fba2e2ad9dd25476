/** A key of git's configuration as git prints it: section and variable in lower case; `value` is `null` for a bare key. */
export interface ConfigLine {
  readonly key: string;
  readonly value: string | null;
}

const BOOLEAN = /^(?:true|false|yes|no|on|off|0|1)$/i;
/** A line of text for people. */
const WORDS = /^[^\p{Cc}]{1,300}$/u;
const REF = /^refs\/[^\p{Cc} ~^:?*[\\]{1,300}$/u;
const REFSPEC = /^\+?(?:refs\/[^\p{Cc} ~^:?[\\]{1,300})(?::refs\/[^\p{Cc} ~^:?[\\]{1,300})?$/u;

type Check = (value: string, context: { readonly gitFolder: string }) => string | null;
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value) ? value : null;

/**
 * The keys that a restored repository obeys. Each describes the repository, or names people and places; none can name a
 * program, another file or a protocol of which git makes a program. Everything else stays beside it as data.
 */
const ALLOWED: readonly (readonly [RegExp, Check])[] = [
  [/^core\.repositoryformatversion$/, matching(/^[01]$/)],
  [/^core\.bare$/, asItIs],
  [/^core\.(?:filemode|symlinks|ignorecase|precomposeunicode|logallrefupdates)$/, matching(BOOLEAN)],
  [/^core\.(?:sparsecheckout|sparsecheckoutcone)$/, matching(BOOLEAN)],
  [/^core\.autocrlf$/, matching(/^(?:true|false|input)$/i)],
  [/^core\.eol$/, matching(/^(?:lf|crlf|native)$/i)],
  [/^core\.worktree$/, insideWorkspace],
  [/^index\.sparse$/, matching(BOOLEAN)],
  [/^extensions\.objectformat$/, matching(/^sha(?:1|256)$/i)],
  [/^extensions\.worktreeconfig$/, matching(BOOLEAN)],
  [/^user\.(?:name|email)$/, matching(WORDS)],
  [/^branch\.[^\p{Cc}]{1,300}\.remote$/u, matching(/^(?:\.|[A-Za-z0-9][\w.-]{0,99})$/)],
  [/^branch\.[^\p{Cc}]{1,300}\.merge$/u, matching(REF)],
  [/^remote\.[A-Za-z0-9][\w.-]{0,99}\.url$/, withoutCredentials],
  [/^remote\.[A-Za-z0-9][\w.-]{0,99}\.fetch$/, matching(REFSPEC)],
  [/^submodule\.[^\p{Cc}]{1,300}\.url$/u, withoutCredentials],
  [/^submodule\.[^\p{Cc}]{1,300}\.active$/u, matching(BOOLEAN)],
];

/**
 * What of an archived configuration git may obey again.
 *
 * @param gitFolder the repository's git folder below the workspace, such as `.git/modules/lib`
 * @returns the text of a configuration file
 */
export function activeConfig(lines: readonly ConfigLine[], { gitFolder }: { gitFolder: string }): string {
  const kept = lines.flatMap(({ key, value }) => {
    const check = ALLOWED.find(([pattern]) => pattern.test(key))?.[1];
    const safe = check?.(value ?? "true", { gitFolder }) ?? null;
    return safe === null ? [] : [toText(key, safe)];
  });
  return kept.join("");
}

/** Reads what `git config --list --null` prints. */
export function parseConfig(printed: Buffer): readonly ConfigLine[] {
  const lines = printed.toString("utf8").split("\0").slice(0, -1);
  return lines.map((line) => {
    const end = line.indexOf("\n");
    return end < 0 ? { key: line, value: null } : { key: line.slice(0, end), value: line.slice(end + 1) };
  });
}

function toText(key: string, value: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  const section = key.slice(0, first);
  const subsection = first === last ? "" : ` ${quoted(key.slice(first + 1, last))}`;
  return `[${section}${subsection}]\n\t${key.slice(last + 1)} = ${quoted(value)}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Addresses of servers and folders. Others, such as `ext::`, name programs. A token in an address is a secret, and old. */
function withoutCredentials(url: string): string | null {
  if (!WORDS.test(url) || url.includes("::")) return null;
  const [, scheme, rest] = /^(https?|ssh|git):\/\/(.+)$/i.exec(url) ?? [];
  if (scheme !== undefined && rest !== undefined) {
    const bare = /^(?:http|git)/i.test(scheme)
      ? rest.replace(/^[^/]*@/, "")
      : rest.replace(/^([^/:@]*):[^/]*@/, "$1@");
    return /^(?:[^@/]*@)?-/.test(bare) ? null : `${scheme}://${bare}`;
  }
  return /^(?:\/|\.\.?\/|[\w.][\w.-]*@[\w.][\w.-]*:)/.test(url) ? url : null;
}

/** A submodule's repository says where its files are. Anywhere outside the workspace git would answer for other files. */
function insideWorkspace(value: string, { gitFolder }: { readonly gitFolder: string }): string | null {
  if (!WORDS.test(value) || value.startsWith("/") || hasOwnFiles(gitFolder)) return null;
  let depth = gitFolder.split("/").length;
  for (const step of value.split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "." && step !== "") depth += 1;
    if (depth < 0) return null;
  }
  return value;
}

/** A worktree of a bare repository comes back as a repository of its own, which is not bare. */
function asItIs(value: string, { gitFolder }: { readonly gitFolder: string }): string | null {
  if (hasOwnFiles(gitFolder)) return "false";
  return BOOLEAN.test(value) ? value : null;
}

/** The files of a repository in a folder `.git` are beside it. */
function hasOwnFiles(gitFolder: string): boolean {
  return gitFolder === ".git" || gitFolder.endsWith("/.git");
}
