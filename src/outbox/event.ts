import type { Refusal } from "../errors.ts";

export interface PullRequestSummary {
  readonly id: string;
  readonly repository: string;
  readonly branch: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly headSha: string;
}

/** What the house tells the Meta-Agent: the closed list, each with what its reader needs to act. */
export type OrbEvent =
  | {
      readonly type: "orb.project.updated";
      readonly data: { readonly status: string; readonly phase: string | null; readonly because: string };
    }
  | {
      readonly type: "orb.pull_request.opened";
      readonly data: {
        readonly pullRequest: PullRequestSummary;
        readonly adopted: boolean;
        readonly because: string;
        /** What could not be done to it, each with its remedy; it is open all the same. */
        readonly problems: readonly Refusal[];
        readonly secondsSinceCompletion: number;
      };
    }
  | {
      readonly type: "orb.pull_request.updated";
      readonly data: {
        readonly pullRequest: PullRequestSummary;
        readonly because: string;
        readonly problems: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.blocked" | "orb.pull_request.failed";
      readonly data: Refusal & {
        readonly repository: string;
        readonly branch: string;
        /** When it is tried again by itself; `null` where somebody has to mend it first. */
        readonly nextAttemptAt: Date | null;
      };
    };
