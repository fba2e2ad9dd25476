import { OrbError } from "../../errors.ts";
import type { Lease, LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { StoredCleanup } from "./cleanup.ts";
import type { CleanupHands, Marked } from "./hands.ts";
import { nextName, replacedBy } from "./rules/spare-archives.ts";

/** Names of archives that a clean-up began. Only processes that died while they wrote one leave a name behind. */
const SPARES_MAX = 100;

interface Deps {
  readonly hands: Pick<CleanupHands, "archive" | "dropArchives">;
  readonly leases: Pick<LeasedWork<StoredCleanup>, "write" | "requireHeld">;
  readonly lease: Lease;
  /** As that of a removal. */
  readonly checkpoint: (name: string) => void | Promise<void>;
}

/** What is to be stored. */
interface Archiving {
  readonly because: string;
  readonly set: Partial<StoredCleanup>;
}

/**
 * Archives the work of a workspace, unless the archive of an earlier attempt still has all of it. Its name is noted before it is
 * begun, so none is left that nobody knows. An outdated one is removed only after the new one was read back, while the workspace is
 * still at its path: so the work is in two places, and never in none.
 *
 * @throws OrbError the reason why there is no archive
 */
export async function archiveWork(
  cleanup: Marked & Pick<StoredCleanup, "unpushed" | "spares">,
  { hands, leases, lease, checkpoint }: Deps,
): Promise<Archiving> {
  const { tombstone, unpushed, spares = [] } = cleanup;
  const why = unpushed === "discard" ? "No archive was wanted" : "Nothing has to be archived";
  if (!tombstone.mustArchive) return { because: why, set: {} };
  const own = { name: nextName(tombstone.removal.trashName, spares), print: tombstone.print };
  const known = [...spares, own];
  if (known.length > SPARES_MAX) throw tooMany();
  await leases.write(lease, { $set: { spares: known } });
  const made = hands.archive(cleanup, { name: own.name, spares: spares.toReversed() });
  const {
    name: archive,
    bytes,
    at,
    outdated,
  } = await made.catch(async (error: unknown) => {
    // Nothing of it is left, so it is no spare: a disk that is full for months does not make the list long.
    await leases.write(lease, { $set: { spares } });
    throw error;
  });
  await checkpoint("archive:written");
  const replaced = replacedBy(archive, known);
  leases.requireHeld(lease);
  await hands.dropArchives([...new Set([...replaced.outdated, ...outdated])]);
  await checkpoint("archive:replaced");
  const set = { tombstone: { ...tombstone, archive, archived: { bytes, at } }, spares: replaced.spares };
  return { because: `Its work is in ${archive}`, set };
}

function tooMany(): OrbError {
  return new OrbError({
    code: "archive_failed",
    reason: `This clean-up has begun ${SPARES_MAX} archives and could use none.`,
    remedy: "Fix what its history names. Then cancel it, and ask for a new one.",
  });
}
