import { OrbError, type Refusal } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets.ts";
import { readJobLog } from "./job-log.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const NAME_CHARACTERS_MAX = 200;
const PATH_CHARACTERS_MAX = 1_000;
const URL_CHARACTERS_MAX = 1_000;
const TITLE_CHARACTERS_MAX = 300;
const SUMMARY_CHARACTERS_MAX = 4_000;
const ANNOTATIONS_MAX = 10;
const ANNOTATION_CHARACTERS_MAX = 1_000;

/** What a check run says, for whoever has to mend what it found; without the secrets that can be told for sure. */
export interface FailedCheck {
  readonly id: number;
  readonly name: string;
  /** GitHub's own word, such as `timed_out`; `null` while it runs. */
  readonly conclusion: string | null;
  readonly detailsUrl: string | null;
  /** At most 300 characters. */
  readonly title: string | null;
  /** Markdown of others; at most 4 000 characters. */
  readonly summary: string | null;
  /** At most ten. */
  readonly annotations: readonly CheckAnnotation[];
  /** Of all that there are; `annotations` holds the first of them. */
  readonly annotationsTotal: number;
  /** The end of the job's log, at most 8 000 characters; `null` where it is no job of GitHub Actions or may not be read. */
  readonly logTail: string | null;
  /** Why parts are missing that GitHub has, each with its remedy. */
  readonly refused: readonly Refusal[];
}

/** A place in a file that a check complains of. */
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
 * Two to four requests: what the run says, its annotations if there are any, and the end of its log where it is a
 * job of GitHub Actions, which takes a permission that the App does not ask for. A part that is
 * refused is left out and says why.
 *
 * https://docs.github.com/en/rest/checks/runs#get-a-check-run
 *
 * @throws OrbError where the run itself can't be read, GitHub is away, or a limit is hit
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

/** The App that GitHub Actions is, everywhere under the same name. */
const ACTIONS_SLUG = "github-actions";

/** A job's page ends with its id; without one it is the run's own, which GitHub takes for both. */
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

/** Of what may be missing, no refusal keeps the rest from being told; a limit, an outage or a bug does. */
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
