import { clip } from "../../text/clip.ts";
import { withoutInvisible } from "../../text/invisible.ts";
import type { BlindCause, Holder, HolderProcess, HolderUse, KnownHolder, UnknownHolder } from "./holder.ts";
import type { Found } from "./rules/folder-index.ts";

/** One workspace names this many holders; the others are not needed to keep it. */
const HOLDERS_MAX = 20;
const PATH_LENGTH_MAX = 200;
const COMMAND_LENGTH_MAX = 40;
const DELETED = " (deleted)";

/** What was seen during a scan: holders of each folder, and what could not be seen. */
export class Notes {
  readonly #known: readonly Map<string, KnownHolder>[];
  readonly #unknown: readonly Map<BlindCause, UnknownHolder>[];
  readonly #everywhere = new Map<BlindCause, UnknownHolder>();

  constructor(folders: number) {
    this.#known = Array.from({ length: folders }, () => new Map());
    this.#unknown = Array.from({ length: folders }, () => new Map());
  }

  /**
   * Notes that somebody uses what was found.
   *
   * @param by tells holders of the same kind apart: the process, or the mount namespace
   * @param about is called for the first use only
   */
  use(
    { number, inside }: Found,
    use: HolderUse,
    by: string,
    about: () => { readonly process: HolderProcess | null; readonly locks?: readonly string[] },
  ): void {
    const known = this.#known[number];
    const key = `${use} ${by}`;
    const before = known?.get(key);
    if (before) known?.set(key, { ...before, count: before.count + 1 });
    if (before || !known || known.size >= HOLDERS_MAX) return;
    const isRemoved = inside.endsWith(DELETED);
    const { process, locks = [] } = about();
    const path = shownPath(isRemoved ? inside.slice(0, -DELETED.length) : inside);
    known.set(key, { kind: "known", use, process, path, isRemoved, locks, count: 1 });
  }

  /** Adds locks to what was noted under the same key. */
  lock({ number }: Found, use: HolderUse, by: string, locks: readonly string[]): void {
    const known = this.#known[number];
    const before = known?.get(`${use} ${by}`);
    if (before && locks.length > 0) {
      known?.set(`${use} ${by}`, { ...before, locks: [...new Set([...before.locks, ...locks])] });
    }
  }

  /** @param folder its number; `null` if it is about all folders */
  doubt(
    cause: BlindCause,
    { folder, process = null }: { folder: number | null; process?: HolderProcess | null },
  ): void {
    const notes = folder === null ? this.#everywhere : this.#unknown[folder];
    const before = notes?.get(cause);
    notes?.set(
      cause,
      before ? { ...before, count: before.count + 1 } : { kind: "unknown", cause, process, count: 1 },
    );
  }

  /** How often this was noted about all folders. */
  doubts(cause: BlindCause): number {
    return this.#everywhere.get(cause)?.count ?? 0;
  }

  /** The holders of a folder: those for certain come first. */
  of(folder: number): readonly Holder[] {
    const [known, unknown] = [this.#known[folder], this.#unknown[folder]];
    return [...(known?.values() ?? []), ...(unknown?.values() ?? []), ...this.#everywhere.values()];
  }
}

/** @param latin1 any bytes of a path */
export function shownPath(latin1: string): string {
  return shown(latin1, PATH_LENGTH_MAX);
}

/** @param latin1 any bytes */
export function shownCommand(latin1: string): string {
  return shown(latin1, COMMAND_LENGTH_MAX).replaceAll(/[`()]/g, "?");
}

/** Safe to show in one line: bytes that are not UTF-8 become a sign, and what is invisible goes. */
function shown(latin1: string, lengthMax: number): string {
  const text = Buffer.from(latin1, "latin1").toString("utf8");
  return clip(withoutInvisible(text.replaceAll(/\s+/g, " ")).replaceAll("`", "'"), lengthMax);
}
