import { stripVTControlCharacters } from "node:util";
import { OrbError } from "../../errors.ts";
import { withoutSecrets } from "../../text/secrets.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import { logTail } from "./rules/log-tail.ts";

/** Of what GitHub sends; the end of a log comes last, so that all before it has to be read. */
const LOG_BYTES_MAX = 32 * 1_024 * 1_024;
/** Of which no more than the end is kept. */
const KEPT_BYTES = 64 * 1_024;

/**
 * The end of a job's log, up to the last line that GitHub Actions marks as an error. GitHub sends whoever asks on to
 * a storage of its own: where that does not answer, the log is unread and nothing else is the worse for it.
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
        // The stream itself: as text, a log of any length would be held as a whole.
        request: { parseSuccessResponseBody: false },
      });
      const end = await endOf(data as ReadableStream<Uint8Array>);
      // GitHub masks the secrets that it keeps itself, and none that a program came by in another way.
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

/** Of an answer, only what would be otherwise with another log; the rest is everybody's. */
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
