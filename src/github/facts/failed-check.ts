import { OrbError, type Refusal } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets/without-secrets.ts";
import { readJobLog } from "./job-log.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const NAME_CHARACTERS_MAX = 200;
const PATH_CHARACTERS_MAX = 1_000;
const URL_CHARACTERS_MAX = 1_000;
const TITLE_CHARACTERS_MAX = 300;
const SUMMARY_CHARACTERS_MAX = 4_000;
const ANNOTATIONS_MAX = 10;
const ANNOTATION_CHARACTERS_MAX = 1_000;

/** The report of a check run, for the agent that has to fix the failure; without the secrets that we can recognize. */
export interface FailedCheck {
  readonly id: number;
  readonly name: string;
  /** GitHub's own word, such as `timed_out`; `null` while it runs. */
  readonly conclusion: string | null;
  readonly detailsUrl: string | null;
  /** At most 300 characters. */
  readonly title: string | null;
  /** Markdown that others wrote; at most 4 000 characters. */
  readonly summary: string | null;
  /** At most ten. */
  readonly annotations: readonly CheckAnnotation[];
  /** The number of all annotations; `annotations` holds the first of them. */
  readonly annotationsTotal: number;
  /** The end of the job's log, at most 8 000 characters; `null` if it is not a GitHub Actions job or can't be read. */
  readonly logTail: string | null;
  /** Why parts are missing although GitHub has them, each with its remedy. */
  readonly refused: readonly Refusal[];
}

/** A place in a file that a check reports. */
export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: "notice" | "warning" | "failure";
  /** At most 300 characters. */
  readonly title: string | null;
  /** At most 1 000 characters. */
  readonly message: string;
}

/**
 * Two to four requests: the run's output, its annotations if it has any, and the end of its log if it is a job of
 * GitHub Actions, which takes a permission that the App does not ask for. A part that GitHub refuses is left out,
 * with the reason in `refused`.
 *
 * https://docs.github.com/en/rest/checks/runs#get-a-check-run
 *
 * @throws OrbError if the run itself can't be read, GitHub is unavailable, or a rate limit is reached
 */
export async function readFailedCheck(access: RepositoryAccess, runId: number): Promise<FailedCheck> {
  const run = await access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...access.route,
      check_run_id: runId,
    });
    return data;
  });
  const job = run.app?.slug === ACTIONS_SLUG ? jobIdOf(run.details_url, runId) : null;
  const annotationsTotal = run.output.annotations_count;
  const [annotations, log] = await Promise.all([
    unlessRefused([], () => (annotationsTotal > 0 ? readAnnotations(access, runId) : [])),
    unlessRefused(null, () => (job === null ? null : readJobLog(access, job))),
  ]);
  return {
    id: runId,
    name: clip(run.name, NAME_CHARACTERS_MAX),
    conclusion: run.conclusion,
    detailsUrl: run.details_url && run.details_url.length <= URL_CHARACTERS_MAX ? run.details_url : null,
    title: clipped(run.output.title, TITLE_CHARACTERS_MAX),
    summary: clipped(run.output.summary, SUMMARY_CHARACTERS_MAX),
    annotations: annotations.value,
    annotationsTotal,
    logTail: log.value,
    refused: [...annotations.refused, ...log.refused],
  };
}

/** The slug of the GitHub Actions App, the same everywhere. */
const ACTIONS_SLUG = "github-actions";

/** The URL of a job's page ends with the job's id. Without it we use the run's id, which GitHub accepts for both. */
function jobIdOf(detailsUrl: string | null, runId: number): number {
  const [, id] = /\/job\/(\d+)(?:[?#]|$)/.exec(detailsUrl ?? "") ?? [];
  return id === undefined ? runId : Number(id);
}

/** https://docs.github.com/en/rest/checks/runs#list-check-run-annotations */
async function readAnnotations(access: RepositoryAccess, runId: number): Promise<CheckAnnotation[]> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request(
      "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
      { ...access.route, check_run_id: runId, per_page: ANNOTATIONS_MAX },
    );
    return data.map((annotation) => ({
      path: clip(annotation.path, PATH_CHARACTERS_MAX),
      startLine: annotation.start_line,
      endLine: annotation.end_line,
      level: toLevel(annotation.annotation_level),
      title: clipped(annotation.title, TITLE_CHARACTERS_MAX),
      message: clip(withoutSecrets(annotation.message ?? ""), ANNOTATION_CHARACTERS_MAX),
    }));
  });
}

function toLevel(level: string | null): CheckAnnotation["level"] {
  return level === "failure" || level === "warning" ? level : "notice";
}

function clipped(text: string | null, charactersMax: number): string | null {
  return text === null ? null : clip(withoutSecrets(text), charactersMax);
}

/** Any other refusal costs only the part that it concerns; these, and bugs, fail the whole read. */
const GRAVE = new Set(["rate_limited", "github_unavailable", "bad_credentials"]);

async function unlessRefused<T>(
  otherwise: T,
  ask: () => T | Promise<T>,
): Promise<{ readonly value: T; readonly refused: readonly Refusal[] }> {
  try {
    return { value: await ask(), refused: [] };
  } catch (error) {
    if (!(error instanceof OrbError) || GRAVE.has(error.code)) throw error;
    return { value: otherwise, refused: [error.toRefusal()] };
  }
}
