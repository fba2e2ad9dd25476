import { OrbError } from "../../errors.ts";
import type { Borrowers, UnreadNeighbour } from "../keep/borrowers.ts";
import { type Looked, markAt } from "../keep/marks.ts";
import { readBorrowing } from "../keep/read-borrowing.ts";
import type { Borrowing, Mark } from "../record/borrowing.ts";
import type { BorrowingStore, Neighbour, NeighbourRead } from "../record/borrowing-store.ts";
import { eachFew } from "../each-few.ts";
import type { ThisHost } from "../this-host.ts";
import type { TreeThreads } from "../removal/walk/tree-threads.ts";
import { toTreeFailure } from "../tree/failure.ts";
import { OpenFolder } from "../tree/open-folder.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { holdsForMs } from "./rules/read-again.ts";
import { type Stranger, Strangers } from "./strangers.ts";

/** Records that are asked for at once. */
const PAGE = 1_000;
/** Workspaces that are read, or compared with what was read, at the same time. */
const AT_ONCE = 8;
/** What is stored of one workspace. One with more repositories is read at each look. */
const MARKS_MAX = 200;
const FROM_MAX = 200;
/** Nothing looks like this. */
const NEVER_THE_SAME: Mark = { path: "", stamp: "never" };
const AGAIN_AT_ONCE = new Date(0);

/** What the bot would never remove or look into. */
const NO_WORKSPACE: ReadonlySet<string> = new Set(["workspace_is_link", "outside_root"]);

interface Deps {
  readonly thisHost: ThisHost;
  readonly borrowing: BorrowingStore;
  readonly threads: TreeThreads;
  readonly now: () => Date;
  readonly stopping: AbortSignal;
}

/** What one workspace said. */
type Answer =
  | { readonly kind: "read"; readonly path: string; readonly from: readonly string[] }
  | { readonly kind: "missing"; readonly path: string }
  | ({ readonly kind: "unread" } & UnreadNeighbour);

/**
 * Who borrows objects of git from whom on this host. Nothing in a lender says so: every other workspace has to be read. What was read is
 * stored, and holds until somebody works there, or for some minutes: so a look into one workspace reads only few others.
 */
export class Neighbours {
  readonly #deps: Deps;
  /** Lanes that ask at the same time wait for the same reading. */
  readonly #reading = new Map<string, Promise<Answer>>();
  readonly #strangers = new Strangers();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Who borrows from the workspace at a path, or from the place that it had before it was moved to the trash.
   *
   * @param isLast it is in the trash, where nobody can begin to borrow from it any more: now every other workspace is asked whether it still
   *   is as it was read, and also what no record knows yet
   */
  async borrowersOf(path: string, { isLast }: { readonly isLast: boolean }): Promise<Borrowers> {
    const { thisHost, borrowing, now } = this.#deps;
    const root = await thisHost.open();
    const answers = new Map<string, Answer>();
    const readThose = (some: readonly Neighbour[]) =>
      this.#eachFew(some, async (one) => void answers.set(one._id, await this.#read(root, one)));
    await readThose(await borrowing.toRead(thisHost.name, now()));
    const strangers = isLast ? await this.#lookAtAll(root, answers) : [];
    const lender = realPath(root, path);
    const stored = await borrowing.borrowersFrom(thisHost.name, lender);
    const unasked = stored.filter(({ _id }) => !answers.has(_id));
    const changed = new Set(await this.#changedAmong(unasked));
    for (const one of unasked) if (!changed.has(one)) answers.set(one._id, asRead(one));
    await readThose([...changed]);
    // What is at its path no more may be in the trash, and be put back.
    const away = stored.filter(({ _id }) => answers.get(_id)?.kind === "missing").map((one) => asRead(one));
    const own = new Set(thisHost.namesOf(path));
    const others = [...answers.values(), ...away, ...strangers].filter((one) => !own.has(one.path));
    return {
      known: others.flatMap((one) =>
        one.kind === "read" && one.from.some((each) => each.startsWith(`${lender}/`)) ? [one.path] : [],
      ),
      unread: others.filter((one) => one.kind === "unread"),
    };
  }

  #eachFew<T>(all: readonly T[], action: (one: T) => Promise<void>): Promise<void> {
    return eachFew(all, { atOnce: AT_ONCE, stopping: this.#deps.stopping }, action);
  }

  /** Reads all that do not look as they did. @returns what those say that no record knows */
  async #lookAtAll(root: WorkspaceRoot, answers: Map<string, Answer>): Promise<readonly Answer[]> {
    const { thisHost, borrowing, stopping } = this.#deps;
    const paths: string[] = [];
    for await (const part of borrowing.all(thisHost.name, PAGE)) {
      stopping.throwIfAborted();
      for (const { path } of part) paths.push(path);
      const changed = await this.#changedAmong(part.filter(({ _id }) => !answers.has(_id)));
      await this.#eachFew(changed, async (one) => void answers.set(one._id, await this.#read(root, one)));
    }
    const strangers = await this.#strangers.find(root, paths, {
      changedAmong: (some) => this.#compare(some),
      plainAmong: (some) => this.#plainAmong(some),
    });
    const said: Answer[] = [];
    await this.#eachFew(strangers, async (one) => void said.push(await this.#readStranger(root, one)));
    return said;
  }

  /** Those that do not look as they did, or of which nothing is stored. */
  async #changedAmong(some: readonly NeighbourRead[]): Promise<readonly NeighbourRead[]> {
    const unread = some.filter(({ borrowing }) => borrowing === null);
    const read = some.flatMap((one) => (one.borrowing ? [{ one, marks: one.borrowing.marks }] : []));
    const looked = read.map(({ one, marks }) => ({ path: latin1(one.path), marks }));
    const changed = (await this.#compare(looked)).flatMap((number) => read[number]?.one ?? []);
    return [...unread, ...changed];
  }

  async #compare(some: readonly Looked[]): Promise<readonly number[]> {
    if (some.length === 0) return [];
    return this.#deps.threads.with((thread) => thread.changedAmong(some));
  }

  async #plainAmong(paths: readonly string[]): Promise<readonly (Mark | null)[]> {
    if (paths.length === 0) return [];
    return this.#deps.threads.with((thread) => thread.plainAmong(paths));
  }

  #read(root: WorkspaceRoot, workspace: Neighbour): Promise<Answer> {
    const key = `${workspace._id} ${workspace.revision}`;
    const known = this.#reading.get(key);
    if (known) return known;
    const reading = this.#readNow(root, workspace).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #readNow(root: WorkspaceRoot, workspace: Neighbour): Promise<Answer> {
    const { borrowing: store, now, stopping } = this.#deps;
    const { path } = workspace;
    const beganMs = performance.now();
    const readAgainAt = () => new Date(now().getTime() + holdsForMs(performance.now() - beganMs));
    const read = await this.#tryToRead(path, () => root.openWorkspace(path));
    stopping.throwIfAborted();
    if (read === null) {
      const nothing = { from: [], marks: [await markAt(path)] };
      await store.noteMissing(workspace, { nothing, readAgainAt: readAgainAt() });
      return { kind: "missing", path };
    }
    if ("reason" in read) {
      await store.note(workspace, { readAgainAt: AGAIN_AT_ONCE });
      return { kind: "unread", ...read };
    }
    const isSmall = read.marks.length <= MARKS_MAX && read.from.length <= FROM_MAX;
    const part = { from: read.from.slice(0, FROM_MAX), marks: [NEVER_THE_SAME] };
    await store.note(
      workspace,
      isSmall
        ? { borrowing: read, readAgainAt: readAgainAt() }
        : { borrowing: part, readAgainAt: AGAIN_AT_ONCE },
    );
    return { kind: "read", path, from: read.from };
  }

  async #readStranger(root: WorkspaceRoot, stranger: Stranger): Promise<Answer> {
    const path = stranger.path.toString();
    if (stranger.borrowing) return { kind: "read", path, from: stranger.borrowing.from };
    const name = Buffer.from(stranger.name, "latin1");
    const read = await this.#tryToRead(path, () => root.folder.openFolder(name));
    if (read === null) return { kind: "missing", path };
    if ("reason" in read) return { kind: "unread", ...read };
    this.#strangers.remember(stranger, read);
    return { kind: "read", path, from: read.from };
  }

  /** @returns `null` if nothing is there, or not any more: what it borrows by a relative path is only right where it was */
  async #tryToRead(
    path: string,
    open: () => Promise<OpenFolder>,
  ): Promise<Borrowing | UnreadNeighbour | null> {
    const opened = await open().catch(async (error: unknown) => {
      if (!(error instanceof OrbError)) throw error;
      if (error.code === "workspace_missing") return null;
      if (NO_WORKSPACE.has(error.code)) return { from: [], marks: [await markAt(path)] };
      return unread(path, error);
    });
    if (!(opened instanceof OpenFolder)) return opened;
    await using folder = opened;
    try {
      const before = await folder.currentPath();
      const read = await readBorrowing(folder, this.#deps.stopping);
      return before.equals(await folder.currentPath()) ? read : null;
    } catch (error) {
      this.#deps.stopping.throwIfAborted();
      return unread(path, toTreeFailure(error, path));
    }
  }
}

/** @throws any error but of the file system and of git: it is a bug */
function unread(path: string, error: unknown): UnreadNeighbour {
  if (!(error instanceof OrbError)) throw error;
  return { path, reason: error.message, remedy: error.remedy };
}

function asRead({ path, borrowing }: NeighbourRead): Answer {
  return { kind: "read", path, from: borrowing?.from ?? [] };
}

/** Every byte as a character. */
function latin1(path: string): string {
  return Buffer.from(path).toString("latin1");
}

/** Of a workspace, also if nothing is there any more: no link is followed below the root. Every byte as a character. */
function realPath(root: WorkspaceRoot, path: string): string {
  const parts = [Buffer.from(root.path), ...root.relative(path)];
  return parts.reduce((folder, name) => joinBytes(folder, name)).toString("latin1");
}
