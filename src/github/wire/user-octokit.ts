import { ProbotOctokit } from "probot";
import type { GitHubTelemetry } from "../../telemetry/github.ts";
import type { Stop } from "../../work/stop.ts";
import type { Octokit } from "./octokit.ts";
import { sendObserved } from "./send-observed.ts";

interface Deps {
  readonly apiUrl: string;
  readonly answerMs: number;
  readonly telemetry: GitHubTelemetry;
  readonly now: () => Date;
  readonly stop: Stop;
}

/**
 * An Octokit for one person, to ask who they are. Like that of the App it neither retries nor waits on its own; it does not keep the
 * pace of an installation, because it only reads, and only while somebody signs in.
 *
 * @param token a user access token; it is nowhere else, and forgotten with the Octokit
 */
export function userOctokit(token: string, { apiUrl, ...deps }: Deps): Octokit {
  const Observed = ProbotOctokit.plugin((octokit) => {
    octokit.hook.wrap("request", (request, options) =>
      sendObserved(request, options, { ...deps, who: null }),
    );
  });
  return new Observed({
    auth: { token },
    baseUrl: apiUrl,
    throttle: { enabled: false },
    retry: { enabled: false },
  });
}
