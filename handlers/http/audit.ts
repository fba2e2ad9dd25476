import { z } from "zod";
import type { AuditStore, StoredAuditEntry } from "../../src/audit/store.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { isObjectId, pageOf, pageQuery, toPage } from "../../src/http/page.ts";
import { readTimeCursor, timePlace } from "../../src/http/time-place.ts";

const NAME_CHARACTERS_MAX = 200;
const listQuery = z.strictObject({
  ...pageQuery,
  by: z.string().max(NAME_CHARACTERS_MAX).optional(),
  action: z.string().max(NAME_CHARACTERS_MAX).optional(),
});

const entry = z
  .object({
    id: z.string(),
    at: z.date(),
    by: z.object({ id: z.string(), name: z.string() }),
    from: z.string().meta({ description: "The address of the caller; for a command, its host." }),
    action: z.string().meta({ examples: ["POST /api/v1/cleanups/:id/run"] }),
    params: z.record(z.string(), z.string()).meta({ description: "The values in the address." }),
    details: z.string().nullable().meta({ description: "The body as JSON; a long one is cut off." }),
    reason: z.string().nullable().meta({ description: "Why, in the caller's words." }),
    requestId: z.string().nullable(),
    status: z.int().nullable().meta({ description: "Of the answer; null as long as there was none." }),
  })
  .meta({ id: "AuditEntry", description: "Somebody changed something." });
const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(entry, "AuditPage") },
  operation: {
    id: "listChanges",
    tag: "Access",
    summary: "List who changed what",
    description: "When, from where and why; the newest first. `by` is the id of a token.",
  },
} as const;

/** `GET /api/v1/audit`: who changed what, when, from where and why. */
export function auditRoutes(server: HttpServer, store: AuditStore): void {
  server.get(
    "/api/v1/audit",
    { config: { access: "admin" }, schema: LIST },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readTimeCursor(cursor, isObjectId);
      const rows = await store.list(filter, { before, limit: limit + 1 });
      return toPage(rows, { limit, idOf: ({ at, _id }) => timePlace(at, _id), show: showEntry });
    },
  );
}

function showEntry({ _id, ...entry }: StoredAuditEntry) {
  return { id: String(_id), ...entry };
}
