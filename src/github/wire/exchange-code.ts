import { z } from "zod";
import { OrbError } from "../../errors.ts";
import type { Secret } from "../../secret.ts";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import type { Stop } from "../../work/stop.ts";
import { codeRefusal } from "../rules/code-refusal.ts";
import { fetchFollowing } from "./follow-redirects.ts";
import { toOrbError } from "./failure.ts";

const PATH = "/login/oauth/access_token";
const ANSWER_BYTES_MAX = 10_000;
/** GitHub refuses with the status 200: https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors */
const Answer = z.union([
  z.object({ access_token: z.string().min(1), token_type: z.string().regex(/^bearer$/i) }),
  z.object({ error: z.string().max(100) }),
]);

interface Deps {
  /** The origin of GitHub's pages, such as `https://github.com`. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** How long to wait for an answer. */
  readonly answerMs: number;
  readonly telemetry: GitHubTelemetry;
  readonly now: () => Date;
  readonly stop: Stop;
}

/** What somebody brings back from GitHub, and what was sent there with them. */
export interface BroughtCode {
  readonly code: string;
  /** Of the challenge that was sent. https://datatracker.ietf.org/doc/html/rfc7636 */
  readonly verifier: string;
  readonly redirectUri: string;
}

/**
 * Exchanges a code for a user access token. It is GitHub's web server that answers and not its API, so Octokit does not send it.
 *
 * @throws OrbError `sign_in_refused` for a code that is not good, `sign_in_misconfigured` for an App that is not;
 * `github_unavailable` without an answer of GitHub's
 */
export async function exchangeCode(
  { code, verifier, redirectUri }: BroughtCode,
  { webUrl, clientId, clientSecret, answerMs, telemetry, now, stop }: Deps,
): Promise<string> {
  const startedAt = now().getTime();
  let status = "none";
  try {
    const response = await fetchFollowing(`${webUrl}${PATH}`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json", "user-agent": "orb-bot" },
      // In the body, because addresses end up in the logs of proxies.
      body: JSON.stringify({
        client_id: clientId,
        client_secret: clientSecret.reveal(),
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }),
      signal: AbortSignal.any([AbortSignal.timeout(answerMs), stop.cut]),
    });
    status = String(response.status);
    return tokenIn(response.status, await textOf(response));
  } catch (error) {
    if (error instanceof OrbError) throw error;
    // The network's errors have names of their own, and none of them says more.
    throw toOrbError(Object.assign(new Error(String(error)), { name: "AbortError", cause: error }), now());
  } finally {
    const durationMs = Math.max(0, now().getTime() - startedAt);
    telemetry.answered({ operation: `POST ${PATH}`, status, cache: "none", durationMs });
  }
}

function tokenIn(status: number, text: string): string {
  const answer = status === 200 || status === 404 ? Answer.safeParse(jsonIn(text)) : null;
  // A proxy's page, or a failure of GitHub's.
  if (!answer?.success) throw new Error(`GitHub answered ${status} without a token`);
  if ("error" in answer.data) throw new OrbError(codeRefusal(answer.data.error));
  return answer.data.access_token;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (text.length > ANSWER_BYTES_MAX) throw new Error("the answer is too long");
  return text;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
