// The part of GitHub's description that we use: the shape of `github.json`, and its only reader.

import { readFileSync } from "node:fs";

/** JSON Schema 2019-09. References point into `components.schemas` of the same document. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  /** A path parameter that may contain slashes, such as `{path}` of `/repos/{owner}/{repo}/contents/{path}`. */
  readonly multiSegment: boolean;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly method: string;
  /** Path template, e.g. `/repos/{owner}/{repo}/pulls`. */
  readonly route: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: { readonly required: boolean; readonly schema: JsonSchema } | null;
  /** By status code. `null`: no JSON body is described (204, 304, HTML). */
  readonly responses: Readonly<Record<string, JsonSchema | null>>;
}

export interface GitHubDescription {
  readonly source: { readonly package: string; readonly version: string; readonly cutBy: string };
  /** By `operationId`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** Payload schemas by event and action, e.g. `pull_request.opened`; events without actions by name, e.g. `push`. */
  readonly webhooks: Readonly<Record<string, JsonSchema>>;
  /** Everything else that GitHub offers: `operationId` by method and route, e.g. `GET /gists`. */
  readonly otherOperations: Readonly<Record<string, string>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

let description: GitHubDescription | undefined;

/** Reads `github.json`, once per process. */
export function gitHubDescription(): GitHubDescription {
  description ??= JSON.parse(
    readFileSync(new URL("github.json", import.meta.url), "utf8"),
  ) as GitHubDescription;
  return description;
}
