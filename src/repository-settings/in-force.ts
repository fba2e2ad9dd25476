import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { TextFile, UnreadFile } from "../github/facts/files/repository-files.ts";
import { ownerOf } from "../text/github-names.ts";
import type { Apart } from "../work/apart/apart.ts";
import type { SettingsFile, SettingsProblem } from "./problem.ts";
import { mergeSettings, type Origins } from "./rules/merge-settings.ts";
import { askSettings } from "./ask-settings.ts";
import { type ReadSettings, unreadSettings } from "./rules/read-settings.ts";
import type { RepositorySettings } from "./settings.ts";
import { SETTINGS_PATH } from "./settings-file.ts";
import type { SettingsStore, StoredSettingsFile } from "./store.ts";

const FILES_KNOWN_MAX = 2_000;
/** How long a file stays in memory before the store is read again, so that the store sees that it is still in use. */
const KNOWN_FOR_MS = 24 * 3600 * 1_000;
const TOUCHED_EVERY_MS = 7 * 24 * 3600 * 1_000;
/** How long a process may take to report problems to people. After that another process may do it. */
const REPORT_CLAIM_MS = 60_000;
const OWNER_RULES_UNKNOWN =
  "The owner's .github/orb.yml can't be read, so the bot doesn't know what the owner allows. Fix that file first.";

/**
 * Where the settings of a file come from: from the current file, from its last content without problems, or from
 * nowhere, if there is no file or no valid content of it.
 */
export type SettingsSource = "file" | "last-good" | "none";

/** Problems that are not reported to people yet. The caller has claimed the task of reporting them. */
export interface SettingsReport {
  readonly problems: readonly SettingsProblem[];
  readonly claims: readonly { readonly place: string; readonly digest: string }[];
}

export interface InForce {
  readonly settings: RepositorySettings;
  /** All current problems, reported or not. */
  readonly problems: readonly SettingsProblem[];
  /** What to report now; call {@link SettingsInForce.reported} afterwards. `null` if there is nothing new. */
  readonly report: SettingsReport | null;
  readonly sources: Readonly<Record<SettingsFile, SettingsSource>>;
  /** Which file sets a key. */
  readonly origins: Origins;
  /** The files in words, such as `.github/orb.yml on main`. */
  readonly fileNames: Readonly<Record<SettingsFile, string>>;
  /** Whether the base may have rules of its own: it is the default branch, or `baseBranches` names it in full. */
  readonly ownRules: boolean;
}

/** The repository and base of a pull request. */
export interface SettingsOf {
  /** Such as `octo/hello` */
  readonly fullName: string;
  readonly base: string;
  readonly defaultBranch: string;
}

/** The current files; `null` only if one certainly does not exist, because a missing file counts as an empty one and replaces earlier content. */
export interface CurrentFiles {
  readonly ownerFile: FileNow;
  /** Of the default branch. */
  readonly repositoryFile: FileNow;
  /** Of the base; not used if the base is the default branch. */
  readonly baseFile: FileNow;
}

/** The current file; `null` if there is none. */
type FileNow = TextFile | UnreadFile | null;

interface FileInForce {
  readonly place: string;
  readonly oid: string | null;
  readonly readAtMs: number;
  readonly source: SettingsSource;
  /** `null` if nothing is in force. */
  readonly read: ReadSettings | null;
  readonly problems: readonly SettingsProblem[];
}

export interface ReadOptions {
  /** Store nothing and claim no report. */
  readonly dryRun?: boolean;
  /** Who would report problems. A report that the same reporter claimed before and did not finish can be claimed again. */
  readonly reporter?: string | null;
}

interface Deps {
  readonly store: SettingsStore;
  readonly apart: Apart;
  readonly now: () => Date;
}

/**
 * Decides which settings are in force for a repository. A file with problems changes nothing: its last content without
 * problems stays in force, and the problems are reported once.
 *
 * If a repository's file never had valid content, it counts as missing: the bot acts only on completions that were
 * sent to it, and would do so without the file. For an owner's file that would be unsafe, because nobody can guess what
 * it forbids or locks, and a pull request can't be unopened. So no new ones are opened until the file is fixed.
 */
export class SettingsInForce {
  readonly #store: SettingsStore;
  readonly #apart: Apart;
  readonly #now: () => Date;
  readonly #known = new LRUCache<string, FileInForce>({ max: FILES_KNOWN_MAX });
  readonly #reported = new LRUCache<string, string>({ max: FILES_KNOWN_MAX });

  constructor({ store, apart, now }: Deps) {
    this.#store = store;
    this.#apart = apart;
    this.#now = now;
  }

  async of(
    at: SettingsOf,
    files: CurrentFiles,
    { dryRun = false, reporter = null }: ReadOptions = {},
  ): Promise<InForce> {
    const [owner = "", name] = at.fullName.toLowerCase().split("/");
    const ownerFile = await this.#inForce(owner, files.ownerFile, { kind: "owner", dryRun });
    const onBranch = async (branch: string, file: FileNow, kind: SettingsFile) =>
      this.#inForce(`${owner}/${name}:${branch}`, file, { kind, dryRun });
    // In the repository `.github` the same file is both. It counts as the owner's file, which may have more keys.
    const isOwners = name === ".github";
    const repositoryFile = isOwners
      ? null
      : await onBranch(at.defaultBranch, files.repositoryFile, "repository");
    const isDefault = at.base === at.defaultBranch;
    const baseFile = isOwners || isDefault ? null : await onBranch(at.base, files.baseFile, "base");
    const merged = mergeSettings(
      { owner: ownerFile.read, repository: repositoryFile?.read ?? null },
      isDefault ? null : { name: at.base, file: baseFile?.read ?? null },
    );
    const inForce = [ownerFile, repositoryFile, merged.ownRules ? baseFile : null].filter(
      (file) => file !== null,
    );
    const problems = inForce.flatMap((file) => problemsOf(file, merged.problems));
    const unknown = ownerFile.oid !== null && ownerFile.read === null;
    return {
      settings: unknown ? { ...merged.settings, hold: OWNER_RULES_UNKNOWN } : merged.settings,
      problems,
      report: dryRun ? null : await this.#claim(inForce, merged.problems, reporter),
      sources: {
        owner: ownerFile.source,
        repository: repositoryFile?.source ?? "none",
        base: baseFile?.source ?? "none",
      },
      origins: unknown ? { ...merged.origins, hold: "owner" } : merged.origins,
      fileNames: fileNamesAt(at),
      ownRules: merged.ownRules,
    };
  }

  /** Call this once people can see the problems. Until then they count as not reported. */
  async reported({ claims }: SettingsReport): Promise<void> {
    for (const { place, digest } of claims) await this.#store.markReported(place, digest);
  }

  async #inForce(
    place: string,
    file: FileNow,
    { kind, dryRun }: { kind: SettingsFile; dryRun: boolean },
  ): Promise<FileInForce> {
    const nowMs = this.#now().getTime();
    // The same file may have been a base's before it became the default branch's.
    const key = `${kind} ${place}`;
    const known = this.#known.get(key);
    if (known && known.oid === (file?.oid ?? null) && nowMs - known.readAtMs < KNOWN_FOR_MS) return known;
    const stored = await this.#store.find(place);
    const oid = file?.oid ?? null;
    const read = (text: string) => askSettings({ text, kind, account: ownerOf(place) }, this.#apart);
    const found = { place, oid, readAtMs: nowMs, ...(await currentOrLastGood({ file, stored, kind }, read)) };
    if (dryRun) return found;
    await this.#remember(found, file, stored);
    this.#known.set(key, found);
    return found;
  }

  /** Stores valid content; writes nothing if nothing is new. */
  async #remember(
    { place, source }: FileInForce,
    file: FileNow,
    stored: StoredSettingsFile | null,
  ): Promise<void> {
    const now = this.#now();
    if (!file) {
      if (stored) await this.#store.forget(place);
      return;
    }
    // An earlier content that comes back is a change too: the report about the content in between no longer counts.
    const isChange = stored?.good?.oid !== file.oid || (stored.report ?? file).oid !== file.oid;
    if (source === "file" && "text" in file && isChange) await this.#store.keepGood(place, file, now);
    else if (stored && now.getTime() - stored.usedAt.getTime() > TOUCHED_EVERY_MS)
      await this.#store.touch(place, now);
  }

  async #claim(
    files: readonly FileInForce[],
    merged: readonly SettingsProblem[],
    reporter: string | null,
  ): Promise<SettingsReport | null> {
    const now = this.#now();
    const claims = [];
    const problems = [];
    for (const file of files) {
      const own = problemsOf(file, merged);
      const digest = digestOf(file.oid, own);
      if (own.length === 0) this.#reported.delete(file.place);
      if (own.length === 0 || file.oid === null || this.#reported.get(file.place) === digest) continue;
      const answer = await this.#store.claimReport(
        file.place,
        { oid: file.oid, digest },
        { now, claimMs: REPORT_CLAIM_MS, reporter },
      );
      if (answer === "reported") this.#reported.set(file.place, digest);
      if (answer !== "claimed") continue;
      claims.push({ place: file.place, digest });
      problems.push(...own);
    }
    return claims.length > 0 ? { claims, problems } : null;
  }
}

/** The branch is named if there are two. */
function fileNamesAt({ base, defaultBranch }: SettingsOf): Record<SettingsFile, string> {
  return {
    owner: `the owner's ${SETTINGS_PATH}`,
    repository: base === defaultBranch ? SETTINGS_PATH : `${SETTINGS_PATH} on ${defaultBranch}`,
    base: `${SETTINGS_PATH} on ${base}`,
  };
}

async function currentOrLastGood(
  { file, stored, kind }: { file: FileNow; stored: StoredSettingsFile | null; kind: SettingsFile },
  readText: (text: string) => Promise<ReadSettings>,
): Promise<Pick<FileInForce, "source" | "read" | "problems">> {
  if (!file) return { source: "none", read: null, problems: [] };
  const read = "text" in file ? await readText(file.text) : unreadSettings(file.refusal, kind);
  if (read.given) return { source: "file", read, problems: [] };
  // The text is parsed again each time, because a later version of the bot may accept other settings.
  const last = stored?.good && (await readText(stored.good.text));
  return last?.given
    ? { source: "last-good", read: last, problems: read.problems }
    : { source: "none", read: null, problems: read.problems };
}

/** A file's own problems, and its conflicts with the other file if its current content is in force. */
function problemsOf(
  { problems, source, read }: FileInForce,
  merged: readonly SettingsProblem[],
): SettingsProblem[] {
  const withOthers = source === "file" ? merged.filter(({ file }) => file === read?.file) : [];
  return [...problems, ...withOthers];
}

function digestOf(oid: string | null, problems: readonly SettingsProblem[]): string {
  return createHash("sha256")
    .update(JSON.stringify([oid, problems]))
    .digest("hex");
}
