import type { Types } from "mongoose";
import type { Database } from "../../mongo/database.ts";
import { OldDocuments, type Removed } from "../../mongo/old-documents.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { ProjectStore, StoredProject } from "../../projects/store.ts";
import type { PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import { CHANGE_SET_MAX } from "../change-set/members.ts";
import {
  ENDED_STATUSES,
  PULL_REQUEST_STATUSES,
  type PullRequestRecord,
  type PullRequestStatus,
} from "../record/record.ts";
import type { RemovalStore } from "../record/removal-store.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

interface Deps {
  readonly database: Database;
  readonly store: PullRequestStore;
  readonly removals: RemovalStore;
  readonly projectStore: ProjectStore;
  readonly outbox: OutboxStore;
  readonly telemetry: PullRequestTelemetry;
  readonly now: () => Date;
}

const STUCK: PullRequestStatus[] = ["blocked", "failed"];
const AT_REST = { "work.owner": null } as const;

/**
 * Removes the records of pull requests that ended long ago, and those whose completion was refused long ago, and then the
 * projects of which nothing is left. Whatever is open or waits to be opened stays.
 */
export class Retention {
  readonly #deps: Deps;
  readonly #ended;
  readonly #stuck;
  readonly #projects;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { model } = deps.store;
    this.#ended = new OldDocuments<PullRequestRecord, Types.ObjectId>({
      model,
      where: { ...AT_REST, status: { $in: [...ENDED_STATUSES] } },
      at: "updatedAt",
      reads: ["project"],
      choose: (batch) => this.#unneeded(batch),
      remove: (ids, old) => this.#removeRecords(ids, old),
    });
    this.#stuck = new OldDocuments<PullRequestRecord, Types.ObjectId>({
      model,
      where: { ...AT_REST, status: { $in: STUCK }, openedAt: null },
      // The bot asks again each day, so it is never long ago that these changed.
      at: "receivedAt",
      remove: (ids, old) => this.#removeRecords(ids, old),
    });
    this.#projects = new OldDocuments<StoredProject, string>({
      model: deps.projectStore.model,
      where: {},
      at: "updatedAt",
      reads: ["cleanup"],
      choose: (batch) => this.#forgotten(batch),
      remove: (ids, old) => this.#removeProjects(ids, old),
    });
  }

  async remove(before: Date): Promise<readonly Removed[]> {
    const ended = await this.#ended.remove(before);
    const stuck = await this.#stuck.remove(before);
    const projects = await this.#projects.remove(before);
    this.#deps.telemetry.removed({
      pullRequests: ended.removed + stuck.removed,
      projects: projects.removed,
    });
    return [ended, stuck, projects];
  }

  /**
   * Those that no description or check run of an open pull request mentions: of a project with one, only records beyond the
   * newest that are read as its change set.
   */
  async #unneeded(
    batch: readonly Pick<StoredPullRequest, "_id" | "project">[],
  ): Promise<readonly Types.ObjectId[]> {
    const { model } = this.#deps.store;
    const projects = [...new Set(batch.map(({ project }) => project))];
    const live = await model.distinct("project", {
      project: { $in: projects },
      status: { $nin: [...ENDED_STATUSES] },
    });
    const oldestRead = new Map<string, Types.ObjectId | null>();
    for (const project of live) {
      const [oldest] = await model
        // With the status this index gives them in the order of their ids; another one would take as few steps in a small project.
        .find({ project, status: { $in: [...PULL_REQUEST_STATUSES] } })
        .select({ _id: 1 })
        .sort({ _id: -1 })
        .hint({ project: 1, status: 1, _id: -1 })
        .skip(CHANGE_SET_MAX - 1)
        .limit(1)
        .lean<Pick<StoredPullRequest, "_id">[]>();
      oldestRead.set(project, oldest?._id ?? null);
    }
    const isUnneeded = ({ _id, project }: (typeof batch)[number]) => {
      const oldest = oldestRead.get(project);
      return oldest === undefined || (oldest !== null && String(_id) < String(oldest));
    };
    return batch.filter(isUnneeded).map(({ _id }) => _id);
  }

  async #removeRecords(ids: readonly Types.ObjectId[], old: object): Promise<number> {
    const { store, removals, now } = this.#deps;
    await removals.note(now());
    const { deletedCount } = await store.model.deleteMany({ ...old, _id: { $in: [...ids] } });
    return deletedCount;
  }

  async #forgotten(batch: readonly Pick<StoredProject, "_id" | "cleanup">[]): Promise<readonly string[]> {
    const { store, now } = this.#deps;
    const ids = batch.map(({ _id }) => _id);
    const kept = new Set(await store.model.distinct("project", { project: { $in: ids } }));
    const isDue = ({ cleanup }: (typeof batch)[number]) => cleanup === null || cleanup.dueAt < now();
    return batch.filter((project) => !kept.has(project._id) && isDue(project)).map(({ _id }) => _id);
  }

  /** A signal that comes meanwhile changes the project in its own transaction, and one of the two runs again. */
  async #removeProjects(ids: readonly string[], old: object): Promise<number> {
    const { database, projectStore, outbox, now } = this.#deps;
    return database.transaction(async (transaction) => {
      const removed = await projectStore.remove(ids, old, transaction);
      await outbox.forgetSequences(removed, { now: now(), transaction });
      return removed.length;
    });
  }
}
