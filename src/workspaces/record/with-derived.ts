import type { Workspace } from "./workspace.ts";

/** To be read again at once. */
const AT_ONCE = new Date(0);

type Changed = Partial<
  Pick<Workspace, "kept" | "generation" | "folder" | "goneAt" | "lastActiveAt" | "lastSignalAt">
>;

/**
 * A change, with the fields that follow from it.
 *
 * @param before without it any sign of work counts as new
 */
export function withDerived<Change extends Changed>(
  change: Change,
  before?: Pick<Workspace, "lastActiveAt">,
): Change & Partial<Pick<Workspace, "isKept" | "readAgainAt">> {
  return {
    ...change,
    ...(change.kept && { isKept: change.kept.length > 0 }),
    ...(mayBorrowAnew(change, before) && { readAgainAt: AT_ONCE }),
  };
}

/** Whether something was done in the workspace, or another folder is there. */
function mayBorrowAnew(
  { generation, folder, goneAt, lastActiveAt, lastSignalAt }: Changed,
  before: Pick<Workspace, "lastActiveAt"> | undefined,
): boolean {
  const isOther = generation !== undefined || folder !== undefined || goneAt === null;
  const wasActive = lastActiveAt !== undefined && lastActiveAt.getTime() !== before?.lastActiveAt.getTime();
  return isOther || wasActive || lastSignalAt !== undefined;
}
