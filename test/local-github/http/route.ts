// The definition of a route: GitHub's own template of the path, who may use it, and the function that answers.

import type { IncomingHttpHeaders } from "node:http";
import type { z } from "zod";
import type { Caller } from "../auth/caller.ts";
import type { BareRepository } from "../git/bare-repository.ts";
import { GitHubError } from "../github-error.ts";
import type { App, Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ApiRequest {
  readonly world: World;
  readonly method: string;
  /** The complete URL as the client sent it, with this server's origin. */
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; `undefined` if there is no body. */
  readonly body: unknown;
  readonly caller: Caller;
}

export interface AppRequest extends ApiRequest {
  readonly app: App;
}

export interface RepositoryRequest extends ApiRequest {
  readonly repository: Repository;
  readonly git: BareRepository;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent unchanged, instead of JSON. */
  readonly content?: { readonly type: string; readonly bytes: Buffer | string };
}

/**
 * A method and a path in the form of GitHub's OpenAPI description: `GET /repos/{owner}/{repo}/pulls`. A trailing `{path}`
 * or `{ref}` may contain slashes.
 */
type Endpoint = `${Method} /${string}`;

type Handler<Request extends ApiRequest> = (request: Request) => Reply | Promise<Reply>;

interface RouteBase {
  readonly method: Method;
  readonly template: string;
  /** Missing in GitHub's REST description (GraphQL, pages), so not checked against it. */
  readonly undescribed?: true;
}

export type Route = RouteBase &
  (
    | { readonly access: "public"; readonly handle: Handler<ApiRequest> }
    | { readonly access: "app"; readonly handle: Handler<AppRequest> }
    | { readonly access: "repository"; readonly handle: Handler<RepositoryRequest> }
  );

/** For every caller, known or not. */
export function inPublic(endpoint: Endpoint, handle: Handler<ApiRequest>): Route {
  return { ...split(endpoint), access: "public", handle };
}

/** For an App that signs with its key. */
export function asApp(endpoint: Endpoint, handle: Handler<AppRequest>): Route {
  return { ...split(endpoint), access: "app", handle };
}

/** For a caller with the permission that GitHub demands for the route: `auth/rest-permissions.json`. */
export function inRepository(endpoint: Endpoint, handle: Handler<RepositoryRequest>): Route {
  return { ...split(endpoint), access: "repository", handle };
}

function split(endpoint: Endpoint): { method: Method; template: string } {
  const [method, template] = endpoint.split(" ") as [Method, string];
  return { method, template };
}

export function ok(json: unknown, status = 200): Reply {
  return { status, json };
}

/** The current address of the requested object. */
export function movedTo(location: string, status: 301 | 307): Reply {
  const json = {
    message: "Moved Permanently",
    url: location,
    documentation_url: "https://docs.github.com/rest",
  };
  return { status, json, headers: { location } };
}

export const NO_CONTENT: Reply = { status: 204 };

/** The caller, if it is a person or an installation; others are asked to sign in. */
export function actorIn({ caller }: ApiRequest): Actor {
  if (caller.kind === "user") return { account: caller.token.account, app: null };
  if (caller.kind === "installation") return { account: caller.app.bot, app: caller.app };
  throw new GitHubError(401, "Requires authentication");
}

/** A number in the path; anything else is not found. */
export function numberParam({ params }: ApiRequest, name: string): number {
  const value = Number(params[name]);
  if (!Number.isSafeInteger(value)) throw new GitHubError(404, "Not Found");
  return value;
}

export function param({ params }: ApiRequest, name: string): string {
  return params[name] ?? "";
}

/** The body as parsed by the schema, or GitHub's 422 that names the wrong property. */
export function parseBody<Schema extends z.ZodType>(request: ApiRequest, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join("/") ?? "";
  const isMissing = issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
  const reason = isMissing ? `"${where}" wasn't supplied.` : `For 'properties/${where}', ${issue?.message}.`;
  throw new GitHubError(422, `Invalid request.\n\n${reason}`);
}

/** Only the fields that have a value: an act leaves missing fields unchanged. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
