import { OrbError } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { toPage } from "../../src/http/page.ts";
import { readTimeCursor, timePlace } from "../../src/http/time-place.ts";
import { tokenState } from "../../src/tokens/rules/token-state.ts";
import type { ShownToken } from "../../src/tokens/store.ts";
import type { TokenParts } from "../../src/tokens/subject.ts";
import { LIST, MAKE, OVERLAP_MINUTES, REVOKE, ROTATE } from "./schemas/token-schemas.ts";

const DAY_MS = 24 * 3_600_000;
const GOOD_FOR_DAYS = 90;

/** `/api/v1/tokens`: who may call the API. The text of a token is in one answer only, the one that makes it. */
export function tokenRoutes(server: HttpServer, parts: TokenParts): void {
  lists(server, parts);
  changes(server, parts);
}

function lists(server: HttpServer, { store, now }: TokenParts): void {
  server.get(
    "/api/v1/tokens",
    { config: { access: "admin" }, schema: LIST },
    async ({ query: { limit, cursor, owner } }) => {
      const before = readTimeCursor(cursor);
      const rows = await store.list({ owner }, { before, limit: limit + 1 });
      const idOf = ({ createdAt, _id }: ShownToken) => timePlace(createdAt, _id);
      return toPage(rows, { limit, idOf, show: (token) => showToken(token, now()) });
    },
  );
}

function changes(server: HttpServer, { keys, now }: TokenParts): void {
  server.post(
    "/api/v1/tokens",
    { config: { access: "admin" }, schema: MAKE },
    async ({ body: { name, owner, scopes, expiresAt, bypass }, actor }, reply) => {
      const by = actor?.name ?? "";
      const end =
        expiresAt === undefined ? new Date(now().getTime() + GOOD_FOR_DAYS * DAY_MS) : dateOf(expiresAt);
      if (end !== null && end <= now()) throw isPast();
      const asked = { name, owner: owner ?? by, scopes, isBypass: bypass, expiresAt: end };
      const { token, ...made } = await keys.make(asked, by);
      return reply.status(201).send({ token, ...showToken(made, now()) });
    },
  );

  server.post(
    "/api/v1/tokens/:id/rotate",
    { config: { access: "admin" }, schema: ROTATE },
    async ({ params: { id }, body, actor }, reply) => {
      const overlapMs = (body?.overlapMinutes ?? OVERLAP_MINUTES) * 60_000;
      const { token, ...made } = await keys.rotate(id, { by: actor?.name ?? "", overlapMs });
      return reply.status(201).send({ token, ...showToken(made, now()) });
    },
  );

  server.delete(
    "/api/v1/tokens/:id",
    { config: { access: "admin" }, schema: REVOKE },
    async ({ params: { id }, actor }) => showToken(await keys.revoke(id, actor?.name ?? ""), now()),
  );
}

function isPast(): OrbError {
  return new OrbError({
    code: "bad_request",
    reason: "expiresAt in the body is not in the future, so nobody could use the token.",
    remedy:
      "Name a later time, null for a token that never expires, or leave it out for one that is good for 90 days.",
  });
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function showToken({ _id: id, isBypass: bypass, ...token }: ShownToken, now: Date) {
  return { id, ...token, bypass, state: tokenState(token, now).state };
}
