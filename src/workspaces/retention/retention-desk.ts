import type { Transaction } from "../../mongo/database.ts";
import { projectEnd } from "../../projects/rules/clean-up.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { LivePullRequest, PullRequestStore } from "../../pull-requests/record/store.ts";
import { namesOf } from "../record/rules/root-names.ts";
import { liesIn } from "../record/rules/workspace-path.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { shownPath } from "../tree/shown-path.ts";
import { decideRetention, type Retention } from "./decide-retention.ts";
import { afterDecision } from "./rules/after-decision.ts";
import type { ProjectFact, RetentionFacts } from "./rules/facts.ts";
import { projectFact } from "./rules/project-fact.ts";

interface Deps {
  readonly store: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly pullRequestStore: PullRequestStore;
  /** The names of this host's root, from `rootNames`; none if this host has no root. */
  readonly roots: readonly string[];
  /** Why this host can never open a workspace of its own; `null` for any other. */
  readonly whyOutside: (workspace: Pick<StoredWorkspace, "host" | "path">) => RetentionFacts["outside"];
  readonly now: () => Date;
}

/** A decision with the projects that it is about. */
export interface Decided {
  readonly retention: Retention;
  readonly projects: readonly ProjectFact[];
}

/** Decides when workspaces may go: reads what the rule needs to know from the stores. It asks no network, and looks at no folder. */
export class RetentionDesk {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * The decision of this moment, with everything read again: the record and those around it, their leases, projects and pull requests.
   * Use it directly before something is done to the folder.
   */
  async decide(workspace: StoredWorkspace, transaction?: Transaction): Promise<Decided> {
    const { store, roots } = this.#deps;
    const { host, path } = workspace;
    const around = await store.touching(host, namesOf(path, roots), transaction);
    const projects = await this.#projectsOf(projectsNaming(workspace, around, roots), transaction);
    return this.#decideFrom(workspace, around, projects);
  }

  /**
   * The same for many at once that neither contain nor lie in others and have no second record.
   *
   * @returns by id
   */
  async decideAlone(workspaces: readonly StoredWorkspace[]): Promise<ReadonlyMap<string, Decided>> {
    const ids = new Set(workspaces.flatMap(({ projects }) => projects));
    const projects = await this.#projectsOf([...ids]);
    return new Map(workspaces.map((one) => [one._id, this.#decideFrom(one, [one], projects)]));
  }

  /** Stores a decision, if it still is about the record as it was read. @returns whether something changed */
  async record(workspace: StoredWorkspace, { retention, projects }: Decided): Promise<boolean> {
    const now = this.#deps.now();
    const { revision } = workspace;
    if (!afterDecision(workspace, retention, { now, projects })) return false;
    // What was decided for an older state is left to the next sweep, or to the signal that changed it.
    await this.#deps.store.change(workspace._id, (before) =>
      before.revision === revision ? afterDecision(before, retention, { now, projects }) : null,
    );
    return true;
  }

  #decideFrom(
    workspace: StoredWorkspace,
    around: readonly StoredWorkspace[],
    known: ReadonlyMap<string, ProjectFact>,
  ): Decided {
    const { roots, whyOutside, now } = this.#deps;
    const named = projectsNaming(workspace, around, roots);
    const projects = named.flatMap((id) => known.get(id) ?? []);
    const outside = whyOutside(workspace);
    const facts = factsOf(workspace, around, { projects, roots, outside, now: now() });
    return { retention: decideRetention(facts), projects };
  }

  async #projectsOf(
    ids: readonly string[],
    transaction?: Transaction,
  ): Promise<ReadonlyMap<string, ProjectFact>> {
    if (ids.length === 0) return new Map();
    const { projectStore, pullRequestStore } = this.#deps;
    const asked = [ids, transaction] as const;
    // A transaction takes one question at a time.
    const [stored, live] = transaction
      ? [await projectStore.findAll(...asked), await pullRequestStore.liveOf(...asked)]
      : await Promise.all([projectStore.findAll(ids), pullRequestStore.liveOf(ids)]);
    const byProject = Map.groupBy(live, ({ project }: LivePullRequest) => project);
    return new Map(
      stored.map(({ _id: id, status, because, facts }) => {
        const about = { id, status, because, facts, end: projectEnd(facts) };
        return [id, projectFact(about, byProject.get(id) ?? [])];
      }),
    );
  }
}

/** A folder may have two records, by two names of the root: a project that named either of them has named it. */
function projectsNaming(
  workspace: StoredWorkspace,
  around: readonly StoredWorkspace[],
  roots: readonly string[],
): readonly string[] {
  const names = new Set(namesOf(workspace.path, roots));
  const same = around.filter(({ path }) => names.has(path));
  return [...new Set([...workspace.projects, ...same.flatMap(({ projects }) => projects)])].sort();
}

function factsOf(
  workspace: StoredWorkspace,
  around: readonly StoredWorkspace[],
  {
    projects,
    roots,
    ...known
  }: Pick<RetentionFacts, "projects" | "outside" | "now"> & { readonly roots: readonly string[] },
): RetentionFacts {
  const names = namesOf(workspace.path, roots);
  const same = [workspace, ...around.filter(({ path }) => names.includes(path))];
  const inside = around.filter(({ path }) => names.some((name) => liesIn(path, name)));
  const lastActiveMs = Math.max(...same.map(({ lastActiveAt }) => lastActiveAt.getTime()));
  return {
    ...known,
    lastActiveAt: new Date(lastActiveMs),
    leases: [
      ...workspace.leases,
      ...around.flatMap(({ _id, path, leases }) => {
        if (_id === workspace._id) return [];
        // The same folder by another name of the root is no other place.
        return names.includes(path) ? leases : leases.map((lease) => ({ ...lease, of: shownPath(path) }));
      }),
    ],
    projects,
    projectsDropped: Math.max(...same.map(({ projectsDropped }) => projectsDropped)),
    contains: inside.filter(({ goneAt }) => goneAt === null).map(({ path }) => shownPath(path)),
  };
}
