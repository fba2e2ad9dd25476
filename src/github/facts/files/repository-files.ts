import type { Refusal } from "../../../errors.ts";

/** A file of the repository at one commit. */
export interface TextFile {
  readonly path: string;
  /** The id of its content: files with the same id have the same content. */
  readonly oid: string;
  readonly text: string;
}

/** A file that exists but can't be read as text, which differs from a missing file. */
export interface UnreadFile {
  readonly path: string;
  readonly oid: string;
  readonly refusal: Refusal;
}

/** The files of a branch that say how the repository wants its pull requests. */
export interface RepositoryFiles {
  /** `.github/orb.yml` */
  readonly settings: TextFile | UnreadFile | null;
  /** `.github/labeler.yml`, of https://github.com/actions/labeler */
  readonly labeler: TextFile | null;
  /** `.gitattributes` at the root */
  readonly gitAttributes: TextFile | null;
  /** The first of `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS`: the order in which GitHub searches. */
  readonly codeOwners: TextFile | null;
  /** The pull request template that GitHub would offer, and those of a `PULL_REQUEST_TEMPLATE` folder. */
  readonly pullRequestTemplates: readonly TextFile[];
  /** `.github/orb/<name>.md`, by name. */
  readonly templates: ReadonlyMap<string, TextFile>;
}
