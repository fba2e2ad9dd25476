import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { TextFile, UnreadFile } from "../github/facts/repository-files.ts";
import type { SettingsFile, SettingsProblem } from "./problem.ts";
import { mergeSettings } from "./rules/merge-settings.ts";
import { type ReadSettings, readSettings, unreadSettings } from "./rules/read-settings.ts";
import type { RepositorySettings } from "./settings.ts";
import type { SettingsStore, StoredSettingsFile } from "./store.ts";

const FILES_KNOWN_MAX = 2_000;
/** How long a file is known without a look at the store, which forgets what nobody asks about. */
const KNOWN_FOR_MS = 24 * 3600 * 1_000;
const TOUCHED_EVERY_MS = 7 * 24 * 3600 * 1_000;
/** Who tells people of problems has so long to do it; after that another does. */
const REPORT_CLAIM_MS = 60_000;
const OWNER_RULES_UNKNOWN =
  "The owner's .github/orb.yml can't be read, so it is not known what the owner allows. It must be mended first.";

/**
 * Where the settings of a file come from: the file as it is, its last content without problems, or from nowhere,
 * where there is no file or no good content of it.
 */
export type SettingsSource = "file" | "last-good" | "none";

/** Problems that people have not been told of, taken upon the caller to tell. */
export interface SettingsReport {
  readonly problems: readonly SettingsProblem[];
  readonly claims: readonly { readonly place: string; readonly digest: string }[];
}

export interface InForce {
  readonly settings: RepositorySettings;
  /** All that is wrong at the moment, told or not. */
  readonly problems: readonly SettingsProblem[];
  /** What to tell now, and then to say {@link SettingsInForce.reported}; `null` where there is nothing new. */
  readonly report: SettingsReport | null;
  readonly sources: Readonly<Record<SettingsFile, SettingsSource>>;
}

/** A file as it is now; `null` where there is none. */
type FileNow = TextFile | UnreadFile | null;

interface FileInForce {
  readonly place: string;
  readonly oid: string | null;
  readonly lookedAtMs: number;
  readonly source: SettingsSource;
  /** `null` where nothing is in force. */
  readonly read: ReadSettings | null;
  readonly problems: readonly SettingsProblem[];
}

export interface LookOptions {
  /** Nothing is remembered, and nothing taken upon the caller to tell. */
  readonly lookOnly?: boolean;
  /** Who would tell of problems: what was taken upon them and is not told is handed to them again. */
  readonly teller?: string | null;
}

interface Deps {
  readonly store: SettingsStore;
  readonly now: () => Date;
}

/**
 * Which settings hold for a repository. A file with problems changes nothing: its last content without any stays in
 * force, and the problems are told once.
 *
 * Without such a content a repository's file counts as not there: the bot acts only on completions that were
 * addressed to it, and would without the file. For an owner's file that is not enough, since what it forbids or
 * locks can't be guessed and a pull request can't be unopened: no new ones are opened until it is mended.
 */
export class SettingsInForce {
  readonly #store: SettingsStore;
  readonly #now: () => Date;
  readonly #known = new LRUCache<string, FileInForce>({ max: FILES_KNOWN_MAX });
  readonly #told = new LRUCache<string, string>({ max: FILES_KNOWN_MAX });

  constructor({ store, now }: Deps) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * @param fullName the repository, such as `octo/hello`
   * @param files as they are now; `null` only for one that is certain not to be there, since that is as good as
   * an empty one and ends what an earlier one said
   */
  async of(
    { fullName, baseBranch }: { readonly fullName: string; readonly baseBranch: string },
    files: { readonly repositoryFile: FileNow; readonly ownerFile: FileNow },
    { lookOnly = false, teller = null }: LookOptions = {},
  ): Promise<InForce> {
    const [owner = "", name] = fullName.toLowerCase().split("/");
    const ownerFile = await this.#inForce(owner, files.ownerFile, { kind: "owner", lookOnly });
    // In the repository `.github` the same file is both; as the owner's it may say more.
    const repositoryFile =
      name === ".github"
        ? null
        : await this.#inForce(`${owner}/${name}:${baseBranch}`, files.repositoryFile, {
            kind: "repository",
            lookOnly,
          });
    const merged = mergeSettings({ owner: ownerFile.read, repository: repositoryFile?.read ?? null });
    const inForce = [ownerFile, ...(repositoryFile ? [repositoryFile] : [])];
    const problems = inForce.flatMap((file) => problemsOf(file, merged.problems));
    const unknown = ownerFile.oid !== null && ownerFile.read === null;
    return {
      settings: unknown ? { ...merged.settings, hold: OWNER_RULES_UNKNOWN } : merged.settings,
      problems,
      report: lookOnly ? null : await this.#claim(inForce, merged.problems, teller),
      sources: { owner: ownerFile.source, repository: repositoryFile?.source ?? "none" },
    };
  }

  /** To be called once people can see the problems: until then they count as not told. */
  async reported({ claims }: SettingsReport): Promise<void> {
    for (const { place, digest } of claims) await this.#store.markTold(place, digest);
  }

  async #inForce(
    place: string,
    file: FileNow,
    { kind, lookOnly }: { kind: SettingsFile; lookOnly: boolean },
  ): Promise<FileInForce> {
    const nowMs = this.#now().getTime();
    const known = this.#known.get(place);
    if (known && known.oid === (file?.oid ?? null) && nowMs - known.lookedAtMs < KNOWN_FOR_MS) return known;
    const stored = await this.#store.find(place);
    const oid = file?.oid ?? null;
    const found = { place, oid, lookedAtMs: nowMs, ...look(file, stored, kind) };
    if (lookOnly) return found;
    await this.#remember(found, file, stored);
    this.#known.set(place, found);
    return found;
  }

  /** Keeps what is good; writes nothing where nothing is new. */
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
    // Also where it is an earlier content that is back: what was told of the one in between is over.
    const isChange = stored?.good?.oid !== file.oid || (stored.report ?? file).oid !== file.oid;
    if (source === "file" && "text" in file && isChange) await this.#store.keepGood(place, file, now);
    else if (stored && now.getTime() - stored.usedAt.getTime() > TOUCHED_EVERY_MS)
      await this.#store.touch(place, now);
  }

  async #claim(
    files: readonly FileInForce[],
    merged: readonly SettingsProblem[],
    teller: string | null,
  ): Promise<SettingsReport | null> {
    const now = this.#now();
    const until = new Date(now.getTime() + REPORT_CLAIM_MS);
    const claims = [];
    const problems = [];
    for (const file of files) {
      const own = problemsOf(file, merged);
      const digest = digestOf(file.oid, own);
      if (own.length === 0) this.#told.delete(file.place);
      if (own.length === 0 || file.oid === null || this.#told.get(file.place) === digest) continue;
      const answer = await this.#store.claimReport(
        file.place,
        { oid: file.oid, digest },
        { now, until, teller },
      );
      if (answer === "told") this.#told.set(file.place, digest);
      if (answer !== "claimed") continue;
      claims.push({ place: file.place, digest });
      problems.push(...own);
    }
    return claims.length > 0 ? { claims, problems } : null;
  }
}

function look(
  file: FileNow,
  stored: StoredSettingsFile | null,
  kind: SettingsFile,
): Pick<FileInForce, "source" | "read" | "problems"> {
  if (!file) return { source: "none", read: null, problems: [] };
  const read = "text" in file ? readSettings(file.text, kind) : unreadSettings(file.refusal, kind);
  if (read.given) return { source: "file", read, problems: [] };
  // Read again rather than kept as it was read: a later version of the bot may know better what is good.
  const last = stored?.good && readSettings(stored.good.text, kind);
  return last?.given
    ? { source: "last-good", read: last, problems: read.problems }
    : { source: "none", read: null, problems: read.problems };
}

/** A file's own problems, and those that it has with others: these only where it is in force as it is now. */
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
