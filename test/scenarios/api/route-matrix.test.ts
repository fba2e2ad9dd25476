import { createRoutes } from "../../../handlers/register.ts";
import { collectRoutes, type Route } from "../../../src/http/contract/collect-routes.ts";
import { type Scope, SCOPES } from "../../../src/tokens/scope.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useScenario } from "../../support/scenario.ts";
import { beforeAll, expect, test } from "../../support/testing.ts";

type Access = Scope | "open";

/** Who may call each route. A new route needs a row. */
const MATRIX: Readonly<Record<string, Access>> = {
  "GET /api/v1/audit": "admin",
  "GET /api/v1/cleanups": "read",
  "POST /api/v1/cleanups": "write",
  "GET /api/v1/cleanups/:id": "read",
  "DELETE /api/v1/cleanups/:id": "write",
  "POST /api/v1/cleanups/:id/run": "write",
  "GET /api/v1/deliveries": "admin",
  "POST /api/v1/deliveries/:id/replay": "admin",
  "GET /api/v1/deliveries/:id/trace": "admin",
  "GET /api/v1/disk": "read",
  "POST /api/v1/disk/pause": "admin",
  "POST /api/v1/disk/relieve": "admin",
  "POST /api/v1/disk/resume": "admin",
  "GET /api/v1/events": "read",
  "GET /api/v1/openapi.json": "open",
  "GET /api/v1/projects": "read",
  "GET /api/v1/projects/:id": "read",
  "GET /api/v1/pull-requests": "read",
  "GET /api/v1/pull-requests/:id": "read",
  "POST /api/v1/pull-requests/:id/preview": "write",
  "POST /api/v1/pull-requests/:id/refresh": "write",
  "POST /api/v1/pull-requests/:id/retry": "write",
  "POST /api/v1/pull-requests/preview": "write",
  "GET /api/v1/rate-limits": "admin",
  "PUT /api/v1/rate-limits/:category": "admin",
  "GET /api/v1/rate-limits/subjects/:subject": "admin",
  "DELETE /api/v1/rate-limits/subjects/:subject": "admin",
  "POST /api/v1/settings/validate": "read",
  "POST /api/v1/signals": "signals:write",
  "GET /api/v1/signals/:id/trace": "admin",
  // A token of any scope makes a session, and everybody may ask who they are.
  "GET /api/v1/session": "open",
  "POST /api/v1/session": "open",
  "DELETE /api/v1/session": "open",
  "GET /api/v1/system": "read",
  "GET /api/v1/system/log-level": "admin",
  "PUT /api/v1/system/log-level": "admin",
  "DELETE /api/v1/system/log-level": "admin",
  "GET /api/v1/tokens": "admin",
  "POST /api/v1/tokens": "admin",
  "DELETE /api/v1/tokens/:id": "admin",
  "POST /api/v1/tokens/:id/rotate": "admin",
  "GET /api/v1/workspaces": "read",
  "GET /api/v1/workspaces/:id": "read",
  "POST /api/v1/workspaces/:id/archive": "write",
  "POST /api/v1/workspaces/:id/restore": "write",
  // Its signature takes the place of a token.
  "POST /api/github/webhooks": "open",
  "GET /auth/github": "open",
  "GET /auth/github/callback": "open",
  "GET /docs": "open",
  "GET /docs/reference.js": "open",
  // Details only with a token: test/scenarios/doors/health.test.ts.
  "GET /health": "open",
  "GET /health/:service": "open",
  "GET /livez": "open",
  // Open on the machine itself: test/scenarios/api/api.test.ts.
  "GET /metrics": "open",
  "GET /readyz": "open",
};

/** What each token may call that has one scope alone. */
const ALLOWS: Readonly<Record<Scope, readonly Access[]>> = {
  read: ["open", "read"],
  write: ["open", "write"],
  "signals:write": ["open", "signals:write"],
  admin: ["open", "read", "write", "signals:write", "admin"],
};

// With a GitHub: while it is away, routes that need it let in nobody.
const scenario = useScenario({}, { webhooks: false });
const routes: Route[] = [];
/** By the scope of each. */
const tokens = new Map<Scope, string>();

beforeAll(async () => {
  let collected: readonly Route[] = [];
  const server = createRoutes(scenario.bot.app, (started) => {
    collected = collectRoutes(started);
  });
  await server.ready();
  routes.push(...collected);
  await server.close();
  for (const scope of SCOPES) {
    const wanted = { name: `${scope} alone`, scopes: [scope] };
    const made = await scenario.bot.request("/api/v1/tokens", {
      method: "POST",
      body: JSON.stringify(wanted),
    });
    tokens.set(scope, ((await made.json()) as { token: string }).token);
  }
});

const nameOf = ({ method, url }: Route) => `${method} ${url}`;

/**
 * Asks without a body, for ids that nothing has.
 *
 * @returns the status; 0 if the caller is let in, whatever the answer to the request itself is
 */
async function call(name: string, authorization: string | null): Promise<number> {
  const [method = "", url = ""] = name.split(" ");
  const response = await fetch(`${scenario.bot.url}${url.replaceAll(/:\w+/g, "nothing")}`, {
    method,
    headers: authorization === null ? {} : { authorization },
  });
  if (response.status !== 401 && response.status !== 403) {
    // A stream of events has no end.
    await response.body?.cancel();
    return 0;
  }
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  // A webhook without a signature is refused by another code.
  if (code !== "unauthenticated" && code !== "forbidden") return 0;
  expect(detail).toContain(`the scope ${MATRIX[name]}`);
  return response.status;
}

test("every route has a row in the matrix, and every row a route", () => {
  expect(routes.map(nameOf).toSorted()).toEqual(Object.keys(MATRIX).toSorted());
});

test.each(Object.entries(MATRIX))("%s lets in exactly who has %s", async (name, access) => {
  const admitted: Record<string, number> = {};
  const callers: readonly (readonly [string, string | null])[] = [
    ["no token", null],
    ["a wrong token", `Bearer ${ADMIN_TOKEN.slice(0, -1)}x`],
    ["another scheme", `Basic ${Buffer.from(`admin:${ADMIN_TOKEN}`).toString("base64")}`],
    ...[...tokens].map(([scope, token]) => [scope, `Bearer ${token}`] as const),
  ];
  for (const [who, authorization] of callers) admitted[who] = await call(name, authorization);
  const unknown = access === "open" ? 0 : 401;
  const known = SCOPES.map((scope) => [scope, ALLOWS[scope].includes(access) ? 0 : 403]);
  expect(admitted).toEqual({
    "no token": unknown,
    "a wrong token": unknown,
    "another scheme": unknown,
    ...Object.fromEntries(known),
  });
});
