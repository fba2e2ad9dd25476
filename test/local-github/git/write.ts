// Commits that the local GitHub itself makes: files that a person writes, and the commits of merges.

import type { BareRepository } from "./bare-repository.ts";
import type { Signature } from "./commits.ts";
import { BRANCH_PREFIX, rememberCommit } from "./refs.ts";

/** Path → content, or where a symbolic link leads; `null` deletes the file. */
export type Files = Readonly<Record<string, string | Buffer | { readonly link: string } | null>>;

export interface FilesCommit {
  readonly branch: string;
  /** Full id of the parent; `null` for a first commit. */
  readonly parent: string | null;
  readonly files: Files;
  readonly message: string;
  readonly author: Signature;
}

/** Writes the files as one commit and moves the branch to it, in one process; returns the commit's id. */
export async function commitFiles(git: BareRepository, commit: FilesCommit): Promise<string> {
  const parts: (string | Buffer)[] = [
    `commit ${BRANCH_PREFIX}${commit.branch}\nmark :1\n`,
    `author ${person(commit.author)}\ncommitter ${person(commit.author)}\n`,
    ...data(commit.message),
    commit.parent === null ? "" : `from ${commit.parent}\n`,
  ];
  for (const [path, content] of Object.entries(commit.files)) {
    if (content === null) parts.push(`D ${quoted(path)}\n`);
    else if (typeof content === "object" && "link" in content)
      parts.push(`M 120000 inline ${quoted(path)}\n`, ...data(content.link));
    else parts.push(`M 100644 inline ${quoted(path)}\n`, ...data(content));
  }
  parts.push("get-mark :1\ndone\n");
  const input = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const sha = await git.text(["fast-import", "--quiet", "--done", "--force", "--cat-blob-fd=1"], { input });
  rememberCommit(git, sha);
  return sha;
}

/** Writes a commit of an existing tree, without moving any ref; returns its id. */
export function commitTree(
  git: BareRepository,
  commit: {
    readonly treeSha: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Signature;
    readonly committer: Signature;
  },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  return git.text(["commit-tree", commit.treeSha, ...parents], {
    input: commit.message,
    environment: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: gitDate(commit.author.date),
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: gitDate(commit.committer.date),
    },
  });
}

function person({ name, email, date }: Signature): string {
  return `${name} <${email}> ${Math.floor(date.getTime() / 1_000)} +0000`;
}

function gitDate(date: Date): string {
  return `@${Math.floor(date.getTime() / 1_000)} +0000`;
}

/** fast-import's counted data: the length in bytes, then the bytes. */
function data(content: string | Buffer): (string | Buffer)[] {
  const bytes = Buffer.from(content as string);
  return [`data ${bytes.length}\n`, bytes, "\n"];
}

function quoted(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
