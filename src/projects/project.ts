import type { Moment } from "../signals/rules/order.ts";
import type { WorkspaceDays } from "../repository-settings/settings.ts";
import type { Phase } from "../signals/signal.ts";

/** A fact with the time of the signal that reported it. */
export interface Dated<T> extends Moment {
  readonly value: T;
}

export interface Created {
  readonly name: string;
  readonly userId: string;
  readonly repository: string;
  readonly workspace: { readonly host: string; readonly path: string };
  readonly issue: number | null;
  /** For how many days its workspace stays, if the platform wants it otherwise than the repository. */
  readonly retention?: { readonly [Outcome in keyof WorkspaceDays]?: number | undefined };
}

export interface Plan {
  /** Globs of the paths that the agents plan to change. */
  readonly areas: readonly string[];
  readonly steps: readonly string[];
}

export interface PhaseStep {
  readonly phase: Phase;
  readonly step: "started" | "completed";
  readonly agent: string | null;
  readonly summary: string | null;
  readonly plan: Plan | null;
}

export interface Execution {
  readonly agent: string;
  readonly phase: Phase;
  readonly outcome: "succeeded" | "failed";
  readonly durationMs: number;
  readonly tokens: number | null;
  readonly costUsd: number | null;
  readonly model: string | null;
}

/** What the project's status needs to know about one of its pull requests. */
export interface ProjectPullRequest {
  readonly id: string;
  readonly repository: string;
  readonly branch: string;
  readonly status: "open" | "merged" | "closed";
  readonly number: number;
  readonly url: string;
  /** When it was merged or closed; `null` while it is open. */
  readonly endedAt: Date | null;
  /** Until when its repository wants the agents' workspace to stay; `null` while it is open. */
  readonly workspaceKeptUntil: Date | null;
}

/** What became of the work of a project, so that it needs its workspace no longer than for a while. */
export interface ProjectEnd {
  readonly cause: keyof WorkspaceDays;
  readonly since: Date;
  /** How long after `since` the workspace stays, in milliseconds. */
  readonly keptMs: number;
  /** A sentence without a full stop. */
  readonly because: string;
}

/** When the agents' workspace is to be removed. */
export interface Cleanup {
  readonly dueAt: Date;
  readonly because: string;
}

/** Everything that is known about a project. Each signal adds to it; the order of the signals does not matter. */
export interface ProjectFacts {
  readonly created: Dated<Created> | null;
  readonly failed: Dated<{ readonly reason: string | null }> | null;
  readonly cancelled: Dated<{ readonly reason: string | null }> | null;
  /** The latest `orb.implementation.completed`. */
  readonly completed: Dated<{ readonly repository: string; readonly branch: string }> | null;
  /** By time, the latest last. */
  readonly history: readonly Dated<PhaseStep>[];
  /** By time, the latest last. */
  readonly executions: readonly Dated<Execution>[];
  readonly lastActiveAt: Date | null;
  readonly pullRequests: readonly ProjectPullRequest[];
  /** What its repository's settings say about workspaces, as they were last read; missing if they never were. */
  readonly repositoryRetention?: { readonly days: WorkspaceDays; readonly readAt: Date };
}

/** The facts that decide about the status and the end of a project. */
export interface OutlineFacts extends Omit<ProjectFacts, "history" | "executions" | "lastActiveAt"> {
  readonly history: readonly {
    readonly at: Date;
    readonly value: Pick<PhaseStep, "phase" | "step">;
  }[];
}

export const PROJECT_STATUSES = [
  "created",
  "research",
  "planning",
  "implementation",
  "completed",
  "in_review",
  "merged",
  "closed",
  "failed",
  "cancelled",
] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];
