import type { Database } from "../../mongo/database.ts";
import type { Projects } from "../../projects/record.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { WorkspaceDays } from "../../repository-settings/settings.ts";

/** Settings that were read this long ago are read again before a workspace goes because of them. */
const SETTINGS_FRESH_MS = 60 * 60_000;

interface Deps {
  readonly database: Database;
  readonly projects: Projects;
  readonly projectStore: ProjectStore;
  /** See `askWorkspaceDays`. */
  readonly ask: (repository: string) => Promise<WorkspaceDays>;
  /** Called for a repository that could not be asked; its projects keep what was read before. */
  readonly onError: (error: unknown, repository: string) => void;
  readonly now: () => Date;
}

/**
 * Reads how long the repositories of projects want their workspaces to stay, and remembers it with the projects. Each repository is
 * asked once. Projects whose settings were read a short while ago are left out, and those that have no repository yet.
 *
 * @param ids of projects
 * @param stopping aborted when the process is to end: then it leaves the rest out
 * @returns of how many projects something was learnt
 */
export async function learnSettings(
  ids: readonly string[],
  { database, projects, projectStore, ask, onError, now }: Deps,
  stopping: AbortSignal,
): Promise<number> {
  const stored = ids.length > 0 ? await projectStore.findAll(ids) : [];
  const isStale = (readAt: Date | undefined) =>
    readAt === undefined || now().getTime() - readAt.getTime() > SETTINGS_FRESH_MS;
  const stale = stored.filter(({ facts }) => isStale(facts.repositoryRetention?.readAt));
  const byRepository = Map.groupBy(stale, ({ facts }) => facts.created?.value.repository.toLowerCase() ?? "");
  let learnt = 0;
  for (const [repository, asking] of byRepository) {
    if (stopping.aborted) return learnt;
    if (repository === "") continue;
    const days = await ask(repository).catch((error: unknown) => onError(error, repository));
    if (!days) continue;
    for (const { _id } of asking) {
      const report = await database.transaction((transaction) =>
        projects.recordRetention(_id, days, transaction),
      );
      report();
      learnt += 1;
    }
  }
  return learnt;
}
