import { OrbError, type Refusal, refusalOf } from "../../errors.ts";

/** GitHub refuses the App itself, until somebody changes its settings or those of the bot. */
const REFUSED: ReadonlySet<string> = new Set(["app_unknown", "app_key_refused"]);

/**
 * What is wrong if GitHub does not confirm the App. GitHub answers 404 to an id that no App has, and 401 to a signature of
 * another key or at a wrong time. https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 *
 * @param error what `GET /app` threw
 */
export function appProblemOf(error: unknown, { appId, apiUrl }: { appId: number; apiUrl: string }): Refusal {
  const refusal = refusalOf(error);
  if (!(error instanceof OrbError)) {
    return {
      code: "github_unavailable",
      reason: `The server at ${apiUrl} does not answer as GitHub does.`,
      remedy: "Check GITHUB_API_URL or GHE_HOST. The bot asks again by itself.",
    };
  }
  if (refusal.code === "not_found") {
    return {
      code: "app_unknown",
      reason: `GitHub at ${apiUrl} has no App with the id ${appId}.`,
      remedy:
        "Set APP_ID to the number on the App's settings page, and check GITHUB_API_URL. Then restart the bot.",
    };
  }
  if (refusal.code === "bad_credentials") {
    return {
      code: "app_key_refused",
      reason: `GitHub does not accept the key of the App ${appId}: ${refusal.reason}`,
      remedy:
        "Set PRIVATE_KEY to a key that the App's settings page lists, and APP_ID to the number there, then restart the bot. The clock of this machine must be right.",
    };
  }
  if (refusal.code !== "github_unavailable") return refusal;
  return {
    ...refusal,
    reason: `GitHub at ${apiUrl} does not answer: ${refusal.reason}`,
    remedy:
      "The bot asks again by itself. If it lasts, check GITHUB_API_URL, and HTTPS_PROXY if a proxy leads to GitHub.",
  };
}

/** What is known before GitHub's first answer. */
export function notAnsweredYet({ apiUrl }: { apiUrl: string }): Refusal {
  return {
    code: "github_unavailable",
    reason: `GitHub at ${apiUrl} has not answered yet.`,
    remedy:
      "The bot waits for it. If it lasts, check GITHUB_API_URL, and HTTPS_PROXY if a proxy leads to GitHub.",
  };
}

/** Whether only a person can end the problem. */
export function isAppRefused({ code }: Refusal): boolean {
  return REFUSED.has(code);
}
