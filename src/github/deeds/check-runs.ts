import type { SafeMarkdown, SafeText } from "../../text/safe.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** The name of the one check run that the bot has on each head commit. A base may require it. */
export const OWN_CHECK = "orb";

/** The texts of a check run; their limits are in `text-limits.ts`. */
export interface CheckOutput {
  readonly title: SafeText;
  readonly summary: SafeMarkdown;
  readonly text: SafeMarkdown | null;
}

/**
 * Finds the bot's check run on a commit; `null` if there is none. Needed if the answer to its creation was lost.
 * https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
 */
export async function findCheckRun(access: RepositoryAccess, headSha: string): Promise<number | null> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ...access.route,
      ref: headSha,
      check_name: OWN_CHECK,
      app_id: access.appId,
    });
    const [run] = data.check_runs;
    return run ? Number(run.id) : null;
  });
}

/** The state of a check run. Only a completed one has a conclusion. */
export type CheckProgress =
  | { readonly status: "in_progress" }
  | {
      readonly status: "completed";
      readonly conclusion: "neutral" | "success" | "action_required" | "failure";
    };

/**
 * A button on the check run's page; pressing it sends `check_run.requested_action`. GitHub refuses texts longer than
 * these limits: https://docs.github.com/en/rest/checks/runs#create-a-check-run
 */
export interface CheckAction {
  /** At most 20 characters. */
  readonly label: SafeText;
  /** At most 40 characters. */
  readonly description: SafeText;
  /** Comes back with the event; at most 20 characters. */
  readonly identifier: string;
}

interface CheckRunState {
  /** At most three; if not given, the current ones stay. */
  readonly actions?: readonly CheckAction[];
  /** A reference of our own that comes back with each event about the run. */
  readonly externalId?: string;
}

export interface NewCheckRun extends CheckRunState {
  readonly headSha: string;
  readonly output: CheckOutput;
  /** If not given, the run is completed as `neutral`: it informs, but neither passes nor fails. */
  readonly progress?: CheckProgress;
}

export interface CheckRunUpdate extends CheckRunState {
  readonly id: number;
  readonly output: CheckOutput;
  /** If not given, the state does not change. */
  readonly progress?: CheckProgress;
}

const INFORMS_ONLY = { status: "completed", conclusion: "neutral" } as const;

/** @returns its id */
export async function createCheckRun(access: RepositoryAccess, run: NewCheckRun): Promise<number> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...access.route,
      name: OWN_CHECK,
      head_sha: run.headSha,
      ...(run.progress ?? INFORMS_ONLY),
      ...toState(run),
      output: toOutput(run.output),
    });
    return Number(data.id);
  });
}

/** Replaces all texts of the run; a `null` text removes the old one. */
export async function updateCheckRun(access: RepositoryAccess, run: CheckRunUpdate): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...access.route,
      check_run_id: run.id,
      ...run.progress,
      ...toState(run),
      output: { ...toOutput(run.output), text: run.output.text ?? "" },
    }),
  );
}

function toState({ actions, externalId }: CheckRunState) {
  return {
    ...(actions && { actions: actions.map((action) => ({ ...action })) }),
    ...(externalId !== undefined && { external_id: externalId }),
  };
}

function toOutput({ title, summary, text }: CheckOutput) {
  return { title, summary, ...(text !== null && { text }) };
}
