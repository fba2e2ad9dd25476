// The path of a request through the API: fault, caller, limits, access, the route's own work, and then the
// records.

import type { IncomingMessage, ServerResponse } from "node:http";
import { demand, sees } from "../auth/access.ts";
import { identifyCaller, type Caller } from "../auth/caller.ts";
import { UNDECODABLE } from "../auth/app-jwt.ts";
import { acceptedPermissions } from "../auth/permissions.ts";
import { permissionsFor } from "../auth/rest-permissions.ts";
import type { Fault, Faults } from "../faults.ts";
import { GitHubError, notFound } from "../github-error.ts";
import type { Repository } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { readJson, render, send } from "./exchange.ts";
import type { RateLimits, Resource } from "./rate-limits.ts";
import type { RequestLog } from "./request-log.ts";
import { type ApiRequest, movedTo, type Reply, type Route } from "./route.ts";
import type { RouteMatch, RouteTable } from "./route-table.ts";
import { strikeAfter, strikeBefore } from "./strike.ts";
import type { Violations } from "./violations.ts";

export interface Api {
  readonly world: World;
  readonly routes: RouteTable;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly requests: RequestLog;
  /** `null`: requests and answers are not checked against GitHub's description. */
  readonly violations: Violations | null;
}

/** Answers one request. */
export async function answerApi(
  api: Api,
  { request, response, url: asked }: { request: IncomingMessage; response: ServerResponse; url: URL },
): Promise<void> {
  const startedAtMs = performance.now();
  const url = canonical(api.world, asked);
  const method = request.method ?? "GET";
  const match = api.routes.match(method, url.pathname);
  const route = match?.route.template ?? url.pathname;
  const fault = api.faults.take(method, route, url.pathname);
  const work = new Work(api, request, url, match);
  const reply = await work.run(fault);
  const status = reply === "cut" ? 0 : work.respond(response, reply);
  if (reply === "cut") request.socket.destroy();
  const installationId = work.caller.kind === "installation" ? work.caller.installation.id : null;
  const durationMs = performance.now() - startedAtMs;
  const at = api.world.now();
  api.requests.add({ at, method, route, path: url.pathname, status, durationMs, installationId });
}

/**
 * `/repositories/{id}/…`, to which renamed repositories redirect, is another name for
 * `/repos/{owner}/{repo}/…`. And `…/contents`, which octokit requests for the root folder, is
 * `…/contents/{path}` with an empty path.
 */
function canonical(world: World, url: URL): URL {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(url.pathname) ?? [];
  const repository = id === undefined ? undefined : world.state.repositories.get(Number(id));
  const path = repository ? `/repos/${fullName(repository)}${rest}` : url.pathname;
  return new URL(path.replace(/^(\/repos\/[^/]+\/[^/]+\/contents)$/, "$1/") + url.search, world.origin);
}

class Work {
  caller: Caller = { kind: "anonymous" };
  readonly #api: Api;
  readonly #request: IncomingMessage;
  readonly #url: URL;
  readonly #match: RouteMatch | null;
  readonly #resource: Resource;
  #body: unknown;

  constructor(api: Api, request: IncomingMessage, url: URL, match: RouteMatch | null) {
    this.#api = api;
    this.#request = request;
    this.#url = url;
    this.#match = match;
    this.#resource = url.pathname === "/graphql" ? "graphql" : "core";
  }

  /** The reply after all faults have been applied. */
  async run(fault: Fault | null): Promise<Reply | "cut"> {
    const before = fault ? await strikeBefore(fault, this.#api.world.now()) : "go on";
    if (before === "cut") return "cut";
    if (before !== "go on") return before.reply;
    const reply = await this.#described();
    const after = fault ? strikeAfter(fault) : "go on";
    if (after === "cut") return "cut";
    return after === "go on" ? reply : after.reply;
  }

  /** Sends the reply, counts it against the limit, and returns the status that was sent. */
  respond(response: ServerResponse, reply: Reply): number {
    const answer = render(this.#request, reply);
    // A 304 is free too.
    if (answer.status !== 304 && !this.#isFree()) this.#api.rateLimits.spend(this.caller, this.#resource);
    const limits = this.#api.rateLimits.headers(this.caller, this.#resource);
    // Clients compute the difference to their own clock from this date.
    const date = this.#api.world.now().toUTCString();
    send(response, { ...answer, headers: { date, ...limits, ...answer.headers } });
    return answer.status;
  }

  /** Reading the limit itself, and signing in, which is not in the API. */
  #isFree(): boolean {
    return this.#url.pathname === "/rate_limit" || this.#url.pathname.startsWith("/login/");
  }

  async #described(): Promise<Reply> {
    const reply = await this.#answered();
    if (this.#match?.route.undescribed) return reply;
    const { method = "GET", headers } = this.#request;
    this.#api.violations?.check({ method, url: this.#url, headers, body: this.#body }, reply);
    return reply;
  }

  async #answered(): Promise<Reply> {
    try {
      return await this.#handled();
    } catch (error) {
      if (error instanceof GitHubError) {
        return { status: error.status, json: error.toJson(), headers: error.headers };
      }
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#api.violations?.record(
        `${this.#request.method} ${this.#url.pathname} broke the local GitHub: ${reason}`,
      );
      return { status: 500, json: { message: "Server Error", detail: reason } };
    }
  }

  async #handled(): Promise<Reply> {
    const { headers, method = "GET" } = this.#request;
    this.#body = await readJson(this.#request);
    if (!headers["user-agent"]) throw new GitHubError(403, "Request forbidden by administrative rules.");
    this.caller = await identifyCaller(this.#api.world, headers.authorization);
    if (!this.#isFree()) this.#api.rateLimits.demand(this.caller, this.#resource);
    if (!this.#match) throw notFound();
    const { route, params } = this.#match;
    const { world } = this.#api;
    const { caller } = this;
    return dispatch(route, { world, method, url: this.#url, params, headers, body: this.#body, caller });
  }
}

async function dispatch(route: Route, request: ApiRequest): Promise<Reply> {
  const { caller, world } = request;
  switch (route.access) {
    case "public":
      return route.handle(request);
    case "app":
      if (caller.kind !== "app") throw new GitHubError(401, UNDECODABLE);
      return route.handle({ ...request, app: caller.app });
    case "repository": {
      const found = lookUp(request);
      if ("moved" in found) return found.moved;
      const { repository } = found;
      const alternatives = permissionsFor(route.method, route.template);
      demand(caller, repository, alternatives);
      if (repository.archived && request.method !== "GET") {
        throw new GitHubError(403, "Repository was archived so is read-only.");
      }
      const reply = await route.handle({ ...request, repository, git: world.git(repository) });
      const accepted = acceptedPermissions(alternatives);
      return { ...reply, headers: { "x-accepted-github-permissions": accepted, ...reply.headers } };
    }
    default:
      return route satisfies never;
  }
}

/** The repository of the path; a renamed one is answered with its current address, by id. */
function lookUp(request: ApiRequest): { repository: Repository } | { moved: Reply } {
  const { world, params, caller, url } = request;
  const { owner = "", repo = "" } = params;
  const repository = world.findRepository(owner, repo);
  if (repository) return { repository };
  const id = world.state.formerNames.get(`${owner}/${repo}`.toLowerCase());
  const renamed = id === undefined ? undefined : world.state.repositories.get(id);
  if (!renamed || !sees(caller, renamed)) throw notFound();
  const rest = url.pathname.split("/").slice(4).join("/");
  const location = `${world.origin}/repositories/${renamed.id}${rest === "" ? "" : `/${rest}`}${url.search}`;
  return { moved: movedTo(location, request.method === "GET" ? 301 : 307) };
}
