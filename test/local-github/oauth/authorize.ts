// The page on which a person lets an App know who they are.
// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app

import { randomBytes } from "node:crypto";
import { inPublic, type Reply, type Route } from "../http/route.ts";
import type { App } from "../state.ts";
import type { Account } from "../account.ts";
import type { World } from "../world.ts";

const PATH = "/login/oauth/authorize";
const CODE_LIFETIME_MS = 10 * 60 * 1_000;
const CHALLENGE = /^[\w-]{43}$/;

/** What GitHub reports to the App instead of a code, with its own words. */
const ERRORS = {
  redirect_uri_mismatch: "The redirect_uri MUST match the registered callback URL for this application.",
  access_denied: "The user has denied your application access.",
  invalid_request: "The code_challenge must be 43 characters with the code_challenge_method S256.",
} as const;

export const authorizeRoute: Route = {
  ...inPublic(`GET ${PATH}`, ({ world, url }) => authorize(world, url)),
  undescribed: true,
};

function authorize(world: World, url: URL): Reply {
  const asked = url.searchParams;
  const app = [...world.state.apps.values()].find(({ clientId }) => clientId === asked.get("client_id"));
  const [first] = app?.callbackUrls ?? [];
  if (!app || first === undefined) return page(404, "<h1>Not Found</h1>");
  const person = world.signedIn;
  // GitHub's page for that is not played: a test signs somebody in.
  if (!person) return redirect(`${world.origin}/login`, { return_to: `${url.pathname}${url.search}` });
  const redirectUri = asked.get("redirect_uri") ?? first;
  const state = asked.get("state");
  const back = (to: string, answer: Record<string, string>) =>
    redirect(to, { ...answer, ...(state !== null && { state }) });
  const refuse = (error: keyof typeof ERRORS, to = redirectUri) =>
    back(to, { error, error_description: ERRORS[error] });
  if (!app.callbackUrls.includes(redirectUri)) return refuse("redirect_uri_mismatch", first);
  const codeChallenge = asked.get("code_challenge");
  const method = asked.get("code_challenge_method");
  const isPlain = codeChallenge === null && method === null;
  if (!isPlain && (method !== "S256" || !CHALLENGE.test(codeChallenge ?? "")))
    return refuse("invalid_request");
  const decision = asked.get("decision");
  if (decision === "cancel") return refuse("access_denied");
  if (decision === "authorize") app.authorizedBy.add(person.id);
  if (!app.authorizedBy.has(person.id)) return question(app, person, url);
  const code = randomBytes(10).toString("hex");
  const expiresAt = new Date(world.now().getTime() + CODE_LIFETIME_MS);
  world.state.oauthCodes.set(code, { appId: app.id, account: person, redirectUri, codeChallenge, expiresAt });
  return back(redirectUri, { code });
}

/** GitHub's buttons send a form; here they are links. */
function question({ name }: App, { login }: Account, url: URL): Reply {
  const decide = (decision: string) => {
    const target = new URL(url);
    target.searchParams.set("decision", decision);
    return `${target.pathname}${target.search}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  };
  return page(
    200,
    `<h1>Authorize ${name}</h1><p>Signed in as ${login}</p>
<a id="cancel" href="${decide("cancel")}">Cancel</a> <a id="authorize" href="${decide("authorize")}">Authorize ${name}</a>`,
  );
}

function redirect(to: string, query: Readonly<Record<string, string>>): Reply {
  return { status: 302, headers: { location: `${to}?${String(new URLSearchParams(query))}` } };
}

function page(status: number, body: string): Reply {
  const bytes = `<!doctype html><html lang="en"><title>Local GitHub</title><link rel="icon" href="data:,"><body>${body}</body></html>`;
  return { status, content: { type: "text/html; charset=utf-8", bytes } };
}
