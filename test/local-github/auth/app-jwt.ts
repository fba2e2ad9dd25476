// An App authenticates with a JSON web token that it signed itself. The refusals are GitHub's own sentences,
// because clients (octokit's auth-app among them) recognise clock drift by them.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app

import { compactVerify, decodeJwt, type JWTPayload } from "jose";
import { GitHubError } from "../github-error.ts";
import type { App } from "../state.ts";
import type { World } from "../world.ts";

const LIFETIME_S_MAX = 600;
/** How far an App's clock may be ahead of GitHub's. */
const CLOCK_DRIFT_S_MAX = 60;

export const UNDECODABLE = "A JSON web token could not be decoded";

/** The App that signed the token; throws GitHub's 401 with the reason, or 404 for an unknown App. */
export async function verifyAppJwt(world: World, token: string): Promise<App> {
  const claims = decode(token);
  const app = findApp(world, claims.iss);
  try {
    await compactVerify(token, app.publicKey, { algorithms: ["RS256"] });
  } catch (error) {
    throw new GitHubError(401, UNDECODABLE, { cause: error });
  }
  checkTimes(claims, Math.floor(world.now().getTime() / 1_000));
  return app;
}

function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    throw new GitHubError(401, UNDECODABLE, { cause: error });
  }
}

/** The issuer is the App's id, as a number or as digits, or its client id. */
function findApp(world: World, issuer: unknown): App {
  if (issuer === undefined) throw new GitHubError(401, "Missing 'issuer' claim ('iss') in assertion");
  for (const app of world.state.apps.values()) {
    if (issuer === app.id || issuer === String(app.id) || issuer === app.clientId) return app;
  }
  throw new GitHubError(404, "Integration not found");
}

function checkTimes({ exp, iat }: JWTPayload, nowS: number): void {
  if (!Number.isInteger(iat) || Number(iat) > nowS + CLOCK_DRIFT_S_MAX) {
    const rule = "must be an Integer representing the time that the assertion was issued";
    throw new GitHubError(401, `'Issued at' claim ('iat') ${rule}`);
  }
  if (typeof exp !== "number" || exp <= nowS) {
    const rule = "must be a numeric value representing the future time at which the assertion expires";
    throw new GitHubError(401, `'Expiration time' claim ('exp') ${rule}`);
  }
  if (exp > nowS + LIFETIME_S_MAX) {
    throw new GitHubError(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}
