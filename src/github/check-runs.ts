import type { SafeMarkdown, SafeText } from "../text/safe.ts";
import type { RepositoryAccess } from "./repository-access.ts";

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: summary and text take 65 535 characters each. */
export const CHECK_OUTPUT_CHARACTERS_MAX = 65_535;

/** The one check run that the bot has on each head commit. */
const CHECK_NAME = "orb";

/** What a check run says. */
export interface CheckOutput {
  readonly title: SafeText;
  /** At most `CHECK_OUTPUT_CHARACTERS_MAX`. */
  readonly summary: SafeMarkdown;
  /** At most `CHECK_OUTPUT_CHARACTERS_MAX`. */
  readonly text: SafeMarkdown | null;
}

/**
 * The bot's check run on a commit; `null` where there is none. Asked for where the answer to its creation was lost.
 * https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
 */
export async function findCheckRun(access: RepositoryAccess, headSha: string): Promise<number | null> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ...access.route,
      ref: headSha,
      check_name: CHECK_NAME,
      app_id: access.appId,
    });
    const [run] = data.check_runs;
    return run ? Number(run.id) : null;
  });
}

/**
 * One that has ended before it is shown, and neither passes nor fails: it tells, and decides nothing.
 *
 * @returns its id
 */
export async function createCheckRun(
  access: RepositoryAccess,
  { headSha, output }: { headSha: string; output: CheckOutput },
): Promise<number> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...access.route,
      name: CHECK_NAME,
      head_sha: headSha,
      status: "completed",
      conclusion: "neutral",
      output: toOutput(output),
    });
    return Number(data.id);
  });
}

/** What it said before is gone, also a text where there is none now. */
export async function updateCheckRun(
  access: RepositoryAccess,
  { id, output }: { id: number; output: CheckOutput },
): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...access.route,
      check_run_id: id,
      output: { ...toOutput(output), text: output.text ?? "" },
    }),
  );
}

function toOutput({ title, summary, text }: CheckOutput) {
  return { title, summary, ...(text !== null && { text }) };
}
