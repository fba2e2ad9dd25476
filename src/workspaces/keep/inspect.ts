import { OrbError } from "../../errors.ts";
import { openBelow } from "../git/open-below.ts";
import { openBareLayout, openLayout, type RepositoryLayout } from "../git/repository-layout.ts";
import { SafeGit } from "../git/safe-git.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { filesOf } from "./baseline.ts";
import { findPlaces, identityOf, type Place, type PlacesFound } from "./find-places.ts";
import type { InspectDeps } from "./inspect-deps.ts";
import { inspectRepository } from "./inspect-repository.ts";
import type { FilesFound, Inspection, RepositoryFound } from "./inspection.ts";
import { answerOf, type ContentReason } from "./rules/keep-code.ts";
import { fileReasons, lendReasons } from "./rules/content-reasons.ts";
import { unreadableReason } from "./rules/unreadable-reason.ts";
import { FileSorter } from "./sort-files.ts";
import { readWorkTree } from "./work-tree.ts";

/**
 * Finds out whether anything would be lost with a workspace. Nothing in it is changed, and nothing in it is run: not its git
 * configuration, its hooks or its filters.
 *
 * An error is not an empty answer: what can't be read is a reason of its own, which names what failed, and keeps the workspace.
 *
 * @throws only what `signal` was aborted with, and bugs
 */
export async function inspect(folder: OpenFolder, deps: InspectDeps): Promise<Inspection> {
  const host = { ...deps.host, signal: deps.signal };
  const run = new InspectionRun(folder, { ...deps, host });
  return run.inspect();
}

const NO_FILES: FilesFound = {
  rebuildable: { count: 0, paths: [], bytes: 0 },
  carried: { count: 0, paths: [], bytes: 0 },
  unknown: { count: 0, paths: [], bytes: 0 },
};

interface Opened {
  readonly place: Place;
  readonly layout: RepositoryLayout;
  /** The folder of its files, or the bare repository. */
  readonly folder: OpenFolder;
}

class InspectionRun {
  readonly #folder: OpenFolder;
  readonly #deps: InspectDeps;
  readonly #reasons: ContentReason[] = [];
  readonly #repositories: RepositoryFound[] = [];
  readonly #sorter: FileSorter;

  constructor(folder: OpenFolder, deps: InspectDeps) {
    this.#folder = folder;
    this.#deps = deps;
    this.#sorter = new FileSorter(folder, filesOf(deps.baseline));
  }

  async inspect(): Promise<Inspection> {
    const places = await this.#attempt(Buffer.alloc(0), () => findPlaces(this.#folder, this.#deps.signal));
    if (places !== null) {
      await this.#inspectPlaces(places);
      if (!places.places.some(({ path }) => path.length === 0)) await this.#readPlainFolder(places);
    }
    const files = await this.#attempt(Buffer.alloc(0), () => this.#sorter.sort());
    this.#reasons.push(...fileReasons((files ?? NO_FILES).unknown));
    this.#reasons.push(...lendReasons(this.#deps.borrowers));
    return {
      answer: answerOf(this.#reasons),
      reasons: this.#reasons,
      repositories: this.#repositories,
      files: files ?? NO_FILES,
    };
  }

  /** Those with files come first: they say which bare ones are only their admin folders. */
  async #inspectPlaces(found: PlacesFound): Promise<void> {
    const opened: Opened[] = [];
    try {
      const known = new Set<string>();
      for (const place of found.places.toSorted((a, b) => order(a) - order(b))) {
        const one = await this.#attempt(place.path, () => this.#open(place, known));
        if (one === null) continue;
        opened.push(one);
        known.add(identityOf(one.layout.gitDir)).add(identityOf(one.layout.commonDir));
      }
      const done = new Set<string>();
      for (const one of opened)
        await this.#attempt(one.place.path, () => this.#inspectOne(one, { found, known, done }));
    } finally {
      for (const { layout, folder } of opened) {
        await layout[Symbol.asyncDispose]();
        if (folder !== this.#folder) await folder.close();
      }
    }
  }

  async #open(place: Place, known: ReadonlySet<string>): Promise<Opened | null> {
    const { host } = this.#deps;
    const folder = place.path.length === 0 ? this.#folder : await openBelow(this.#folder, place.path);
    if (folder === null) return null;
    try {
      if (place.kind === "bare" && known.has(identityOf(folder))) return await closed(folder, this.#folder);
      const layout = await (place.kind === "bare" ? openBareLayout(folder, host) : openLayout(folder, host));
      return layout === null ? await closed(folder, this.#folder) : { place, layout, folder };
    } catch (error) {
      await closed(folder, this.#folder);
      throw error;
    }
  }

  async #inspectOne(
    { place, layout, folder }: Opened,
    { found, known, done }: { found: PlacesFound; known: ReadonlySet<string>; done: Set<string> },
  ): Promise<void> {
    const common = identityOf(layout.commonDir);
    const { repository, reasons } = await inspectRepository(
      { path: place.path, layout, folder },
      {
        ...this.#deps,
        // That of a submodule of a linked worktree lies in the admin folder, which goes with the worktree.
        inside: layout.kind === "submodule" || found.inside.has(common),
        liesInside: found.inside.has(common),
        isFirst: !done.has(common),
        known,
        attempt: (action) => this.#attempt(place.path, action),
        onUntracked: this.#sorter.takerFor(place.path, found),
      },
    );
    done.add(common);
    this.#repositories.push(repository);
    this.#reasons.push(...reasons);
  }

  /** Files without a repository: all of them are untracked. Nothing is looked for in the folders above. */
  async #readPlainFolder(found: PlacesFound): Promise<void> {
    await this.#attempt(Buffer.alloc(0), async () => {
      const { host } = this.#deps;
      await using git = await SafeGit.open({ objects: null, objectFormat: "sha1", shallow: [] }, host);
      const onUntracked = this.#sorter.takerFor(Buffer.alloc(0), found);
      await readWorkTree({ git, folder: this.#folder, gitDir: null, head: null, onUntracked });
    });
  }

  /** Runs one part. Its failure is a reason, and the other parts go on, so that people see all reasons at once. */
  async #attempt<T>(path: Buffer, action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      this.#deps.signal?.throwIfAborted();
      if (!(error instanceof OrbError) && !isSystemError(error)) throw error;
      this.#reasons.push(unreadableReason(error, path));
      return null;
    }
  }
}

/** The workspace's own repository, then other files, then bare ones; each as they were found. */
function order({ path, kind }: Place): number {
  if (kind === "bare") return 2;
  return path.length === 0 ? 0 : 1;
}

async function closed(folder: OpenFolder, workspace: OpenFolder): Promise<null> {
  if (folder !== workspace) await folder.close();
  return null;
}
