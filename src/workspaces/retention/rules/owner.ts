import type { KeepReason } from "../../keep-reason.ts";
import type { Owner } from "../../record/workspace.ts";
import type { ProjectFact } from "./facts.ts";

/**
 * Who can do something about each reason. The work, its projects and its agents are the user's. Rights, mounts, disks and the settings of
 * the bot can only be changed by who runs the host. The codes are those of rooms above; `test/docs/cleanup.test.ts` compares them.
 */
export const OWNERS: Readonly<Record<string, Owner["kind"]>> = {
  pull_request_checks_failed: "user",
  pull_request_conflict: "user",
  pull_request_changes_requested: "user",
  pull_request_open: "user",
  pull_request_waiting: "user",
  project_unfinished: "user",
  settings_unread: "user",
  contains_workspace: "user",
  too_many_projects: "operator",
  outside_root: "operator",
  leased: "user",
  phase_running: "user",
  recently_signalled: "user",
  cleanup_needs_it: "operator",

  in_use: "user",
  in_use_elsewhere: "user",
  in_use_by_kernel: "operator",
  in_use_unknown: "operator",
  mounted: "operator",

  unpushed_commits: "user",
  detached_commits: "user",
  stash: "user",
  unpushed_tags: "user",
  notes: "user",
  worktree_refs: "user",
  reflog_commits: "user",
  fetched_commits: "user",
  other_refs: "user",
  operation_under_way: "user",
  uncommitted_changes: "user",
  staged_changes: "user",
  untracked_files: "user",
  lfs_objects: "user",
  work: "user",
  lends_objects: "user",
  borrowers_unknown: "operator",
  worktree_elsewhere: "user",
  worktree_locked: "user",

  git_unreadable: "operator",
  github_unreadable: "operator",
  files_unreadable: "operator",
  answers_for_another_folder: "user",
  unreadable: "operator",
  unknown_workspace: "operator",

  other_owner: "operator",
  immutable: "operator",
  read_only: "operator",
  place_read_only: "operator",
  mount_inside: "operator",
  mounted_elsewhere: "operator",
  mounts_unknown: "operator",
  btrfs_subvolume: "operator",
  other_device: "operator",
  nfs_open_file: "user",
  disk_full: "operator",
  tree_changing: "user",
  tree_unreadable: "operator",
  changes_all_the_time: "user",
  worked_on_since: "user",

  no_archive: "operator",
  archive_changed: "user",
  archive_failed: "operator",
  archive_full: "operator",
  archive_incomplete: "user",
  archive_mount_inside: "operator",
  archive_too_large: "operator",
  archive_unreadable: "operator",
};

const KINDS: ReadonlyMap<string, Owner["kind"]> = new Map(Object.entries(OWNERS));

interface Asked {
  readonly host: string;
  readonly projects: readonly Pick<ProjectFact, "id" | "userId">[];
}

/**
 * Who decides about a reason to keep a workspace. Work in it, and its projects, belong to the user of the project that comes first by
 * its id, so that there is one to ask. What only an operator can change, and everything about an orphan, belongs to the operator.
 */
export function ownerOf({ code }: Pick<KeepReason, "code">, { host, projects }: Asked): Owner {
  const [first] = projects
    .filter(({ userId }) => userId !== null)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  if (!first?.userId || kindOf(code) === "operator")
    return { kind: "operator", name: host, project: first?.id ?? null };
  return { kind: "user", name: first.userId, project: first.id };
}

/** A code that is not in the table is of another version of the bot: the people who run both can find out. */
function kindOf(code: string): Owner["kind"] {
  return KINDS.get(code) ?? "operator";
}
