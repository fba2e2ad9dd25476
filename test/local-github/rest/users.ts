// Users and their own account: bots look up theirs to sign commits with it.

import { GitHubError, notFound } from "../github-error.ts";
import { inPublic, ok, param, type Route } from "../http/route.ts";
import { accountJson } from "../json/account.ts";
import { isoTime, type Schema } from "../json/schema.ts";
import type { Account } from "../account.ts";
import type { World } from "../world.ts";

export const userRoutes: readonly Route[] = [
  inPublic("GET /user", ({ caller, world }) => {
    if (caller.kind === "anonymous") throw new GitHubError(401, "Requires authentication");
    if (caller.kind !== "user") throw new GitHubError(403, "Resource not accessible by integration");
    return ok(publicUserJson(world, caller.token.account));
  }),
  inPublic("GET /users/{username}", (request) => {
    const account = request.world.findAccount(param(request, "username"));
    if (!account) throw notFound();
    return ok(publicUserJson(request.world, account));
  }),
];

function publicUserJson(world: World, account: Account): Schema<"public-user"> {
  const since = isoTime(new Date(0));
  return {
    ...accountJson(world, account),
    name: account.login,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: since,
    updated_at: since,
  };
}
