// Exchanges the code that an App got when a person signed in for a token with which it acts for them.

import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { inPublic, ok, type ApiRequest, type Reply, type Route } from "../http/route.ts";
import type { App } from "../state.ts";
import type { World } from "../world.ts";

const LIFETIME_S = 8 * 3_600;
const REFRESH_LIFETIME_S = 15_811_200;

const Exchange = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});

/** https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors */
const ERRORS = {
  incorrect_client_credentials: "The client_id and/or client_secret passed are incorrect.",
  redirect_uri_mismatch: "The redirect_uri MUST match the registered callback URL for this application.",
  bad_verification_code: "The code passed is incorrect or expired.",
} as const;

export const accessTokenRoute: Route = {
  ...inPublic("POST /login/oauth/access_token", (request) => answer(request, exchange(request))),
  undescribed: true,
};

function exchange({ world, url, body }: ApiRequest): Record<string, unknown> | null {
  // GitHub reads the query too.
  const asked = Exchange.parse({ ...Object.fromEntries(url.searchParams), ...(body as object | undefined) });
  const app = [...world.state.apps.values()].find(({ clientId }) => clientId === asked.client_id);
  if (!app) return null;
  if (asked.client_secret !== app.clientSecret) return refusal("incorrect_client_credentials");
  const code = world.state.oauthCodes.get(asked.code ?? "");
  if (code?.appId !== app.id || code.expiresAt <= world.now()) return refusal("bad_verification_code");
  const { redirect_uri: redirectUri = code.redirectUri, code_verifier: verifier } = asked;
  if (redirectUri !== code.redirectUri) return refusal("redirect_uri_mismatch");
  if (code.codeChallenge !== null && challengeOf(verifier ?? "") !== code.codeChallenge) {
    return refusal("bad_verification_code");
  }
  world.state.oauthCodes.delete(asked.code ?? "");
  return {
    access_token: issue(world, app, code),
    expires_in: LIFETIME_S,
    refresh_token: `ghr_${randomBytes(38).toString("hex")}`,
    refresh_token_expires_in: REFRESH_LIFETIME_S,
    token_type: "bearer",
    scope: "",
  };
}

function issue(world: World, app: App, { account }: { account: App["owner"] }): string {
  const token = `ghu_${randomBytes(18).toString("hex")}`;
  const expiresAt = new Date(world.now().getTime() + LIFETIME_S * 1_000);
  world.state.userTokens.set(token, { token, account, appId: app.id, expiresAt });
  return token;
}

/** A refusal has the status 200, and the form that the client accepts. */
function answer({ headers }: ApiRequest, json: Record<string, unknown> | null): Reply {
  if (json === null) return { status: 404, json: { error: "Not Found" } };
  if (headers.accept?.includes("json")) return ok(json);
  const bytes = new URLSearchParams(
    Object.entries(json).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return { status: 200, content: { type: "application/x-www-form-urlencoded", bytes: String(bytes) } };
}

function refusal(error: keyof typeof ERRORS): Record<string, string> {
  const error_uri = `/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#${error.replaceAll("_", "-")}`;
  return { error, error_description: ERRORS[error], error_uri };
}

function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
