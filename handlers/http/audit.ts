import { z } from "zod";
import type { AuditStore, StoredAuditEntry } from "../../src/audit/store.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { isObjectId, pageQuery, readCursor, toPage } from "../../src/http/page.ts";

const NAME_CHARACTERS_MAX = 200;
const listQuery = z.strictObject({
  ...pageQuery,
  by: z.string().max(NAME_CHARACTERS_MAX).optional(),
  action: z.string().max(NAME_CHARACTERS_MAX).optional(),
});

/** `GET /api/v1/audit`: who changed what, when, from where and why. */
export function auditRoutes(server: HttpServer, store: AuditStore): void {
  server.get(
    "/api/v1/audit",
    { config: { access: "admin" }, schema: { querystring: listQuery } },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readCursor(cursor, isObjectId);
      const rows = await store.list(filter, { before, limit: limit + 1 });
      return toPage(rows, { limit, idOf: ({ _id }) => String(_id), show: showEntry });
    },
  );
}

function showEntry({ _id, ...entry }: StoredAuditEntry) {
  return { id: String(_id), ...entry };
}
