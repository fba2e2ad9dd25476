import type { ProjectEnd, ProjectStatus } from "../../../projects/project.ts";
import type { KeepReason } from "../../keep-reason.ts";
import type { PlaceCode } from "../../record/rules/root-names.ts";
import type { Lease } from "../../record/workspace.ts";

/** What the rule needs to know of a pull request of one of the projects. */
export interface PullRequestFact {
  /** Its address, or the branch and the repository if it is not open yet. */
  readonly name: string;
  /** `waiting`: the bot is about to open it, or waits for room · `none`: it was refused, or all attempts failed. */
  readonly state: "open" | "waiting" | "none" | "merged" | "closed";
  /** What its agents may have to do in the workspace. Only for an open one. */
  readonly checksFailed: boolean;
  readonly conflict: boolean;
  readonly changesRequested: boolean;
}

/** What the rule needs to know of a project that named the workspace. */
export interface ProjectFact {
  readonly id: string;
  /** The platform's id of the person who asked for it; `null` if its creation is not known. */
  readonly userId: string | null;
  readonly status: ProjectStatus;
  /** Why it has that status: a sentence without a full stop. */
  readonly because: string;
  /** `null` while its work goes on. */
  readonly end: ProjectEnd | null;
  /** The end depends on settings of its repository that were not read yet. */
  readonly settingsUnread: boolean;
  readonly pullRequests: readonly PullRequestFact[];
}

/** A lease that holds the workspace. */
export interface HeldLease extends Lease {
  /** Another workspace, around it or inside it, whose lease it is: its path, as people may see it. */
  readonly of?: string;
}

/** Everything that decides when a workspace may go, at one moment. */
export interface RetentionFacts {
  readonly now: Date;
  readonly lastActiveAt: Date;
  /** Of the workspace itself, of those that contain it, and of those inside it. Those that have ended count no more. */
  readonly leases: readonly HeldLease[];
  /** Those that named it and are known. None: an orphan. */
  readonly projects: readonly ProjectFact[];
  /** How many more named it than a record holds. */
  readonly projectsDropped: number;
  /** Paths of other workspaces inside it that are still there, as people may see them. */
  readonly contains: readonly string[];
  /** Why its host can never open it; `null` if it can. */
  readonly outside: KeepReason<PlaceCode> | null;
}
