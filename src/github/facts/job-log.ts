import { stripVTControlCharacters } from "node:util";
import { OrbError } from "../../errors.ts";
import { withoutSecrets } from "../../text/secrets/without-secrets.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import { logTail } from "./rules/log-tail.ts";

/** The bytes that we read at most: to reach the end of a log, everything before it must be read. */
const LOG_BYTES_MAX = 32 * 1_024 * 1_024;
/** The bytes that we keep from the end. */
const KEPT_BYTES = 64 * 1_024;

/**
 * The end of a job's log, up to the last line that GitHub Actions marks as an error. GitHub redirects the request to a
 * separate storage: if that does not answer, only the log is missing.
 * https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run
 *
 * @throws OrbError `permission_missing`, `log_gone`, `log_too_long`, `log_unread`
 */
export async function readJobLog(access: RepositoryAccess, jobId: number): Promise<string> {
  return access.ask(async (octokit) => {
    try {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
        ...access.route,
        job_id: jobId,
        // The stream itself: as text, the whole log would be in memory, however long it is.
        request: { parseSuccessResponseBody: false },
      });
      const end = await endOf(data as ReadableStream<Uint8Array>);
      // GitHub masks only the secrets that it stores itself, not those that a program got elsewhere.
      return logTail(withoutSecrets(stripVTControlCharacters(end)));
    } catch (error) {
      throw named(error);
    }
  });
}

async function endOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let end = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > LOG_BYTES_MAX) throw refusal("log_too_long", `it is longer than ${LOG_BYTES_MAX} bytes`);
    end = Buffer.concat([end, chunk]).subarray(-KEPT_BYTES);
  }
  return end.toString("utf8");
}

/** Renames only failures that concern this one log; all others are handled like those of any request. */
function named(error: unknown): unknown {
  if (error instanceof OrbError) return error;
  const { status } = (error ?? {}) as { status?: number };
  if (status === 404 || status === 410) return refusal("log_gone", "GitHub has deleted it", error);
  const silent = status === undefined || status >= 500;
  return silent ? refusal("log_unread", "GitHub's storage did not send all of it", error) : error;
}

function refusal(code: string, why: string, cause?: unknown): OrbError {
  const reason = `The job's log was not read: ${why}.`;
  return new OrbError({ code, reason, remedy: "Read it on the job's page." }, { cause });
}
