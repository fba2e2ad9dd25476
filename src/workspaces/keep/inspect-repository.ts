import { dirname } from "node:path";
import { OrbError } from "../../errors.ts";
import { gitUnreadable } from "../git/git-unreadable.ts";
import type { MovedFolder } from "../git/moved-folder.ts";
import { openNamed } from "../git/open-below.ts";
import { readAlternates } from "../git/read-alternates.ts";
import { readRefs } from "../git/read-refs.ts";
import type { RepositoryLayout } from "../git/repository-layout.ts";
import { readShallow } from "../git/read-shallow.ts";
import { SafeGit } from "../git/safe-git.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { CommitsAnswer } from "./ask-github.ts";
import { type Collected, collectTips } from "./collect-tips.ts";
import { findLoose, type LooseCommits } from "./find-loose.ts";
import { identityOf } from "./find-places.ts";
import type { InspectDeps } from "./inspect-deps.ts";
import type { FileList, RepositoryFound } from "./inspection.ts";
import type { ContentReason } from "./rules/keep-code.ts";
import { markOf } from "./marks.ts";
import { listLfsObjects } from "./lfs.ts";
import {
  changeReasons,
  lfsReasons,
  lockReasons,
  operationReasons,
  worktreeReasons,
} from "./rules/content-reasons.ts";
import { shownName } from "./rules/listed.ts";
import { remoteName } from "./rules/remote-name.ts";
import { tipReasons } from "./rules/tip-reasons.ts";
import { kindOfRef } from "./rules/tip.ts";
import { readWorkTree, type OnUntracked } from "./work-tree.ts";

export interface OpenRepository {
  /** Relative to the workspace. */
  readonly path: Buffer;
  readonly layout: RepositoryLayout;
  readonly folder: OpenFolder;
}

export interface RepositoryDeps extends InspectDeps {
  /** Whether its refs and objects go with the workspace. */
  readonly inside: boolean;
  /** Whether they lie in the workspace itself. */
  readonly liesInside: boolean;
  /** Of the worktrees of one repository, only the first reports what they share. */
  readonly isFirst: boolean;
  /** The admin folders of all worktrees in the workspace, as `dev:ino`. */
  readonly known: ReadonlySet<string>;
  /** Turns a failure of one part into a reason; the result is `null` then. */
  readonly attempt: <T>(action: () => Promise<T>) => Promise<T | null>;
  /** @param path relative to `folder` */
  readonly onUntracked: OnUntracked;
}

export interface RepositoryInspected {
  readonly repository: RepositoryFound;
  readonly reasons: readonly ContentReason[];
}

const INDEX = Buffer.from("index");
const NO_FILES: FileList = { count: 0, paths: [] };
/** GitHub has no repositories whose objects are named by SHA-256, and can't have what was never pushed anywhere. */
const NOTHING_KEPT: CommitsAnswer = { held: new Set(), present: new Set(), heads: [] };
const NOTHING_LOOSE: LooseCommits = { tips: [], commits: 0 };

/**
 * Inspects one repository, or one worktree of it.
 *
 * @throws OrbError if the repository can't be read at all
 */
export async function inspectRepository(
  open: OpenRepository,
  deps: RepositoryDeps,
): Promise<RepositoryInspected> {
  const { path, layout, folder } = open;
  const { inside, isFirst, attempt } = deps;
  const collected = await collectTips(layout, inside, deps.host);
  const alternates = await readAlternates(layout.objects);
  const shallow = await readShallow(layout.commonDir);
  await using git = await SafeGit.open(
    { objects: layout.objects, objectFormat: layout.config.objectFormat, shallow },
    deps.host,
  );
  const lfsObjects = await listOwnLfs(layout, deps);
  const loose = await attempt(() => findLooseOf(git, open, { collected, alternates }, deps));
  const files = await attempt(async () => {
    if (layout.kind === "bare") return { changed: NO_FILES, staged: NO_FILES };
    if (layout.answersFor !== null) throw answersFor(layout.answersFor);
    const { onUntracked } = deps;
    return readWorkTree({
      git,
      folder,
      gitDir: layout.gitDir,
      head: collected.head.sha,
      onUntracked,
    });
  });
  const repository: RepositoryFound = {
    path,
    kind: layout.kind,
    objectFormat: layout.config.objectFormat,
    inside,
    liesInside: deps.liesInside,
    indexOutside: deps.liesInside ? null : (await markOf(layout.gitDir, INDEX)).stamp,
    head: collected.head,
    looseTips: loose?.tips ?? [],
    looseCommits: loose?.commits ?? 0,
    changed: files?.changed ?? NO_FILES,
    staged: files?.staged ?? NO_FILES,
    looseLfsObjects: isFirst ? lfsObjects : [],
    alternates,
  };
  return { repository, reasons: reasonsFor(repository, collected, deps) };
}

function reasonsFor(
  repository: RepositoryFound,
  collected: Collected,
  deps: RepositoryDeps,
): ContentReason[] {
  const { path, looseTips, looseCommits, changed, staged, looseLfsObjects } = repository;
  const where = path.length === 0 ? "" : ` in ${shownName(path)}`;
  const nowMs = deps.now().getTime();
  const others = collected.worktrees.filter((worktree) => !deps.known.has(identityOf(worktree)));
  const elsewhere = others.filter(({ state }) => state !== "missing");
  const locks = [collected.lock, ...others.map(({ lock }) => lock)].filter((lock) => lock !== null);
  return [
    ...tipReasons(looseTips, looseCommits, where),
    ...(deps.isFirst || !deps.inside ? operationReasons(collected.operations, where) : []),
    ...changeReasons(changed, staged, where),
    ...lfsReasons(looseLfsObjects, where),
    ...(deps.isFirst ? worktreeReasons(elsewhere, where) : []),
    ...locks.flatMap((lock) => lockReasons(lock, nowMs, where)),
  ];
}

async function findLooseOf(
  git: SafeGit,
  { path, layout }: OpenRepository,
  { collected, alternates }: { collected: Collected; alternates: readonly Buffer[] },
  { inside, isFirst, baseline, askGitHub, known, signal, host }: RepositoryDeps,
): Promise<LooseCommits> {
  if (inside && !isFirst) return NOTHING_LOOSE;
  const lenders = await Promise.all(
    alternates.map((each) => refsOfLender(layout, each, { known, moved: host?.moved })),
  );
  const { ref } = collected.head;
  return findLoose({
    git,
    tips: collected.tips,
    branches:
      ref === null ? collected.branches : [ref, ...collected.branches.filter((each) => !each.equals(ref))],
    stays: [...collected.stays, ...lenders.flat()],
    fetchedBefore: new Set(baseline?.fetched),
    ask: async ({ shas, branches }): Promise<CommitsAnswer> => {
      // The project says which repository the workspace is for; of others only their own addresses speak.
      if (layout.config.objectFormat === "sha256") return NOTHING_KEPT;
      const isOwn = path.length === 0;
      const repository = layout.config.remoteUrls.map(remoteName).find((name) => name !== null) ?? null;
      if (repository === null && !isOwn) return NOTHING_KEPT;
      return askGitHub({ repository, isOwn, shas, branches }, signal);
    },
  });
}

/** What a lender of objects outside of the workspace keeps by its own refs. One that can't be read keeps nothing for sure. */
async function refsOfLender(
  { objects }: RepositoryLayout,
  path: Buffer,
  { known, moved }: { readonly known: ReadonlySet<string>; readonly moved: MovedFolder | undefined },
): Promise<string[]> {
  try {
    const parent = Buffer.from(dirname(path.toString("latin1")), "latin1");
    const lender = await openNamed(objects, parent, moved);
    try {
      if (known.has(identityOf(lender))) return [];
      const refs = await readRefs(lender);
      return refs.filter(({ name }) => kindOfRef(name) !== "fetched").map(({ sha }) => sha);
    } finally {
      await lender.close();
    }
  } catch (error) {
    if (error instanceof OrbError) return [];
    throw error;
  }
}

async function listOwnLfs(
  { commonDir }: RepositoryLayout,
  { inside, isFirst, baseline }: RepositoryDeps,
): Promise<string[]> {
  if (!inside || !isFirst) return [];
  const before = new Set(baseline?.lfsObjects);
  const objects = await listLfsObjects(commonDir);
  return objects.flatMap(({ id }) => (before.has(id) ? [] : [id]));
}

function answersFor(path: Buffer): OrbError {
  const { reason, remedy } = gitUnreadable(
    path,
    "is the folder for which the repository answers, not the workspace",
  ).toRefusal();
  return new OrbError({ code: "answers_for_another_folder", reason, remedy });
}
