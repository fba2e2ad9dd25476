import { Types } from "mongoose";
import type { AuditEntry, AuditStore, StoredAuditEntry } from "../../../src/audit/store.ts";
import type { InstanceStore } from "../../../src/instances/store.ts";
import type { SessionStore, StoredSession } from "../../../src/sessions/store.ts";
import type { UsedSignInStore } from "../../../src/sessions/used-sign-in-store.ts";
import type { StoredToken, TokenStore } from "../../../src/tokens/store.ts";

const NOW = new Date();
const SPREAD_MS = 10;

const idOf = (index: number) => index.toString(16).padStart(16, "0");

/** A token of a caller; most of them have ended. */
export function historicToken(index: number): StoredToken {
  const createdAt = new Date(NOW.getTime() - index * SPREAD_MS);
  return {
    _id: idOf(index),
    digest: "0".repeat(64),
    name: "of the platform",
    owner: `team-${index % 500}`,
    scopes: ["read"],
    isBypass: false,
    createdAt,
    createdBy: "the token ADMIN_TOKEN",
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    replacedBy: null,
    forgetAt: null,
  };
}

/** A session of a browser; MongoDB removes it when it ends, so not many are there. */
export function historicSession(index: number): StoredSession {
  const createdAt = new Date(NOW.getTime() - index * SPREAD_MS);
  return {
    _id: idOf(index).repeat(4),
    actor: { id: `github:${index % 500}`, name: "somebody", scopes: ["read"] },
    from: { kind: "github", allowed: "" },
    createdAt,
    lastUsedAt: createdAt,
    endsAt: new Date(NOW.getTime() + 3_600_000),
  };
}

/** A change that somebody made. */
export function historicChange(index: number): Omit<StoredAuditEntry, "_id"> {
  return {
    at: new Date(NOW.getTime() - index * SPREAD_MS),
    by: { id: idOf(index % 500), name: "the token of the platform" },
    from: "127.0.0.1",
    action: index % 500 === 0 ? "DELETE /api/v1/tokens/:id" : "POST /api/v1/cleanups",
    params: {},
    details: null,
    reason: null,
    requestId: null,
    status: 202,
  };
}

/** Asks what is asked about callers, what they changed, and which processes run. What it writes, it removes, and a few sessions beside. */
export async function askAboutCallers({
  tokens,
  sessions,
  usedSignIns,
  audit,
  instances,
}: {
  tokens: TokenStore;
  sessions: SessionStore;
  usedSignIns: UsedSignInStore;
  audit: AuditStore;
  instances: InstanceStore;
}): Promise<void> {
  const token: StoredToken = { ...historicToken(0), _id: "f".repeat(16) };
  await tokens.add(token);
  await tokens.find(token._id);
  await tokens.findAll([token._id, idOf(1)]);
  await tokens.noteUse(token._id, NOW);
  await tokens.replace(token._id, { replacedBy: idOf(1), expiresAt: NOW });
  await tokens.revoke(token._id, { by: "a test", at: NOW });
  await tokens.revoke(token._id, { by: "a test", at: NOW });
  const before = { at: historicToken(300).createdAt, id: idOf(300) };
  for (const owner of [undefined, "team-7"]) {
    await tokens.list({ owner }, { before: null, limit: 21 });
    await tokens.list({ owner }, { before, limit: 21 });
  }
  await tokens.model.deleteOne({ _id: token._id });
  const running = { host: "a", pid: 1, roles: ["web" as const], version: "1", startedAt: NOW, seenAt: NOW };
  await instances.seen({ _id: "of a test", ...running });
  await instances.list(NOW);
  await instances.remove("of a test");
  const session: StoredSession = { ...historicSession(7), _id: "f".repeat(64) };
  await sessions.add(session, 10);
  await sessions.findAll([session._id]);
  await sessions.noteUse(session._id, NOW);
  await sessions.end(session._id);
  await usedSignIns.use("f".repeat(64), NOW);
  const entry: AuditEntry = { ...historicChange(0), action: "of a test" };
  const id = await audit.add(entry);
  await audit.answered(id, 200);
  const middle = { at: historicChange(300).at, id: String(new Types.ObjectId()) };
  for (const filter of [
    {},
    { by: idOf(7) },
    { action: "DELETE /api/v1/tokens/:id" },
    { by: idOf(0), action: "POST /api/v1/cleanups" },
  ]) {
    await audit.list(filter, { before: null, limit: 21 });
    await audit.list(filter, { before: middle, limit: 21 });
  }
  await audit.model.deleteOne({ _id: id });
}
