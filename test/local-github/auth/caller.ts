// The caller of a request, from its Authorization header.

import { GitHubError } from "../github-error.ts";
import type { App, Installation, InstallationToken, UserToken } from "../state.ts";
import type { Actor, World } from "../world.ts";
import { verifyAppJwt } from "./app-jwt.ts";

export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly app: App;
      readonly installation: Installation;
      readonly token: InstallationToken;
    }
  | { readonly kind: "user"; readonly token: UserToken };

/** Reads `Bearer`, `token` (API) and `Basic` (git: the token is the password); 401 for an invalid credential. */
export async function identifyCaller(world: World, authorization: string | undefined): Promise<Caller> {
  if (authorization === undefined) return { kind: "anonymous" };
  const [scheme = "", credential = ""] = authorization.split(" ");
  if (/^basic$/i.test(scheme)) {
    const [, ...password] = Buffer.from(credential, "base64").toString().split(":");
    return callerOfToken(world, password.join(":"));
  }
  if (!/^(bearer|token)$/i.test(scheme)) throw badCredentials();
  if (!credential.startsWith("gh") && credential.split(".").length === 3) {
    return { kind: "app", app: await verifyAppJwt(world, credential) };
  }
  return callerOfToken(world, credential);
}

function callerOfToken(world: World, credential: string): Caller {
  const userToken = world.state.userTokens.get(credential);
  if (userToken) {
    if (userToken.expiresAt !== null && userToken.expiresAt <= world.now()) throw badCredentials();
    return { kind: "user", token: userToken };
  }
  const token = world.state.installationTokens.get(credential);
  const installation = token && world.state.installations.get(token.installationId);
  const app = installation && world.state.apps.get(installation.appId);
  if (!token || !installation || !app || token.expiresAt <= world.now()) throw badCredentials();
  if (installation.suspendedAt) throw new GitHubError(403, "This installation has been suspended");
  return { kind: "installation", app, installation, token };
}

/** The account that acts; `null` for callers that can only read. */
export function actorOf(caller: Caller): Actor | null {
  if (caller.kind === "user") return { account: caller.token.account, app: null };
  if (caller.kind === "installation") return { account: caller.app.bot, app: caller.app };
  return null;
}

function badCredentials(): GitHubError {
  return new GitHubError(401, "Bad credentials");
}
