import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from "zod-openapi";
import { secureName, SESSION_COOKIE } from "../../sessions/cookie.ts";
import { SCOPES } from "../../tokens/scope.ts";
import { VERSION } from "../../version.ts";
import { JSON_TYPES } from "../json-body.ts";
import type { Problems } from "../problem.ts";
import type { Route } from "./collect-routes.ts";
import { INTRODUCTION } from "./introduction.ts";
import { type Operation, TAGS } from "./operation.ts";
import { HEADERS, ProblemAnswers, REQUEST_ID } from "./problem-answers.ts";

const [JSON_TYPE = ""] = JSON_TYPES;

/** An OpenAPI 3.1 document, https://spec.openapis.org/oas/v3.1.1 */
export type ApiDescription = ReturnType<typeof createDocument>;

/**
 * The API's description, made from the schemas with which its routes read and answer.
 *
 * @param problems the codes of the server and of all subjects
 * @throws Error if a route has no `operation`, or names a code that nobody has
 */
export function describeApi(routes: readonly Route[], problems: Problems): ApiDescription {
  const answers = new ProblemAnswers(problems);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes.toSorted(byPath)) {
    const path = (paths[route.url.replaceAll(/:(\w+)/g, "{$1}")] ??= {});
    path[route.method.toLowerCase()] = describeRoute(route, answers);
  }
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "Orb bot",
        version: VERSION,
        description: INTRODUCTION,
        license: { name: "ISC", identifier: "ISC" },
      },
      servers: [{ url: "/", description: "The bot that serves this description." }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      paths,
      components: {
        headers: HEADERS,
        responses: answers.shared,
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: `A token of the API. Its scopes are some of ${SCOPES.join(", ")}; admin includes all others.`,
          },
          session: {
            type: "apiKey",
            in: "cookie",
            name: secureName(SESSION_COOKIE),
            description: `A browser's session, which POST /api/v1/session gives; without HTTPS the cookie is ${SESSION_COOKIE}. What changes something needs the header X-CSRF-Token too, as GET /api/v1/session gives it.`,
          },
        },
      },
    },
    {
      override: ({ zodSchema, jsonSchema, io }) => {
        if (zodSchema._zod.def.type === "date" && io === "output") {
          jsonSchema.type = "string";
          jsonSchema.format = "date-time";
        }
        // A client must accept what a later version adds.
        if (io === "output" && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties;
      },
    },
  );
}

type Successes = Record<string, z.ZodType> | undefined;

function byPath(a: Route, b: Route): number {
  if (a.url === b.url) return a.method < b.method ? -1 : 1;
  return a.url < b.url ? -1 : 1;
}

function describeRoute(
  { method, url, config, schema }: Route,
  answers: ProblemAnswers,
): ZodOpenApiOperationObject {
  const { operation } = schema;
  if (!operation)
    throw new Error(`${method} ${url} has no operation in its schema, so it can't be described`);
  const { id, tag, summary, description, problems = [] } = operation;
  const scope = config.access === "open" ? operation.scopeElsewhere : config.access;
  const params = schema.params as z.ZodObject | undefined;
  const query = schema.querystring as z.ZodObject | undefined;
  const body = bodyOf(schema.body as z.ZodType | undefined, {
    ...operation,
    types: config.accepts ?? JSON_TYPES,
  });
  const hasQuery = query !== undefined && Object.keys(query.shape).length > 0;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security:
      scope === undefined
        ? []
        : [...(config.access === "open" ? [{}] : []), { bearer: [scope] }, { session: [scope] }],
    ...(scope !== undefined && { "x-required-scope": scope }),
    ...(params || hasQuery || operation.headers
      ? {
          requestParams: {
            ...(params && { path: params }),
            ...(hasQuery && { query }),
            ...(operation.headers && { header: operation.headers }),
          },
        }
      : {}),
    ...(body && { requestBody: body }),
    responses: answers.with(problems, successes(schema.response as Successes, operation), {
      isClosed: config.access !== "open",
      hasBody: body !== undefined,
    }),
  };
}

function bodyOf(
  schema: z.ZodType | undefined,
  { body, types }: Operation & { readonly types: readonly string[] },
) {
  if (body)
    return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: body }])) };
  return schema && { required: !schema.safeParse(undefined).success, content: { [JSON_TYPE]: { schema } } };
}

function successes(response: Successes = {}, { answers = JSON_TYPE }: Operation) {
  const entries = Object.entries(response).map(([status, schema]): [string, ZodOpenApiResponseObject] => [
    status,
    {
      description: STATUS_CODES[status] ?? status,
      headers: REQUEST_ID,
      content: { [answers]: { schema } },
    },
  ]);
  return Object.fromEntries(entries);
}
