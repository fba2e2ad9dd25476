import type { Refusal } from "../../errors.ts";

const AGAIN = "Start again at /auth/github.";

/** What a person can do about a code that GitHub refuses, and what only an operator can. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  bad_verification_code: {
    code: "sign_in_refused",
    reason: "GitHub does not accept the code any more: it is good for ten minutes, and once.",
    remedy: AGAIN,
  },
  unverified_user_email: {
    code: "sign_in_refused",
    reason: "GitHub signs nobody in whose primary e-mail address is not verified.",
    remedy: "Verify it on GitHub, in the settings of your account. Then start again at /auth/github.",
  },
  access_denied: {
    code: "sign_in_refused",
    reason: "You did not let the App know who you are on GitHub.",
    remedy: AGAIN,
  },
  incorrect_client_credentials: misconfigured(
    "GitHub does not accept GITHUB_CLIENT_SECRET.",
    "Generate a client secret on the App's settings page, and set GITHUB_CLIENT_SECRET to it.",
  ),
  redirect_uri_mismatch: misconfigured(
    "The App on GitHub does not have this bot's callback URL.",
    "Add PUBLIC_URL with the path /auth/github/callback to the callback URLs on the App's settings page.",
  ),
  "Not Found": misconfigured(
    "GitHub has no App with this GITHUB_CLIENT_ID.",
    "Set GITHUB_CLIENT_ID to the client id on the App's settings page. It is not the number of the App.",
  ),
  application_suspended: misconfigured("GitHub has suspended the App.", "Contact GitHub Support."),
};

function misconfigured(reason: string, remedy: string): Refusal {
  return { code: "sign_in_misconfigured", reason, remedy };
}

/**
 * @param error GitHub's name for it, in the answer to a code or in the address of the callback; anybody can write the latter
 * @returns our words, and none of those that were sent
 */
export function codeRefusal(error: string): Refusal {
  if (Object.hasOwn(REFUSALS, error) && REFUSALS[error]) return REFUSALS[error];
  return misconfigured(
    "GitHub refused to sign you in, for a reason that this bot does not know.",
    "Start again at /auth/github. If that does not help, check the App's settings page on GitHub.",
  );
}
