import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../errors.ts";
import { VERSION } from "../version.ts";
import type { Database } from "./database.ts";
import { isDuplicateKey, toStartFailure } from "./failure.ts";

/** One change to stored data. It is never removed or renamed. */
export interface Migration {
  /** `subject/1-what-it-does`. */
  readonly id: string;
  /**
   * If the process dies, it runs again from the start, so repeating it must do no harm. Processes of the version before
   * still run meanwhile, so they must be able to read the result.
   */
  run(): Promise<void>;
}

export interface MigrateOptions {
  /** Names this process. */
  readonly owner: string;
  /** How long the lock stays with a process that has died, in milliseconds. */
  readonly leaseMs: number;
  readonly onApplied?: (applied: { id: string; durationMs: number }) => void;
}

/** The state of the database, and who is changing it. */
interface StoredSchema {
  _id: "schema";
  applied?: { id: string; at: Date; version: string }[];
  /** Fingerprints of the indexes as declared when they were last created, and of the collections they were created on. */
  declared?: string;
  existing?: string | null;
  owner?: string | null;
  until?: Date | null;
}

export const MIGRATIONS_COLLECTION = "migrations";

const RENEWALS_PER_LEASE = 3;
/** How often a waiting process checks whether the other one has finished. */
const CHECK_EVERY_MS = 50;
/** Building the indexes of a large collection takes minutes. */
const WAIT_MS_MAX = 10 * 60_000;

/**
 * Migrates the database to this version of the bot: runs the missing migrations in order, then creates the collections and
 * indexes that stores declare, unless nothing has changed since they were created. Call it after all stores are opened and before any of them is used. If several processes start together,
 * one migrates and the others wait. A current database only costs two reads, at the same time.
 *
 * @throws OrbError `schema_too_new` if a newer version has changed the database, `migration_running` if another process
 * takes longer than `WAIT_MS_MAX`, `mongodb_unreachable` if MongoDB has no primary
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<void> {
  requireUniqueIds(migrations);
  const waitUntilMs = performance.now() + WAIT_MS_MAX;
  try {
    while (!(await isCurrent(database, migrations))) {
      const locked = await lock(database, options);
      if (locked) return await apply(database, locked, { migrations, options });
      if (performance.now() > waitUntilMs) throw stillRunning();
      await delay(CHECK_EVERY_MS);
    }
  } catch (error) {
    throw toStartFailure(error);
  }
}

async function isCurrent(database: Database, migrations: readonly Migration[]): Promise<boolean> {
  const [schema, existing] = await Promise.all([
    schemas(database).findOne({ _id: "schema" }),
    database.existingPrint(),
  ]);
  if (!schema) return false;
  requireKnown(schema, migrations);
  return isIndexed(database, schema, existing) && missingIn(schema, migrations).length === 0;
}

function isIndexed(database: Database, schema: StoredSchema, existing: string | null): boolean {
  return existing !== null && schema.existing === existing && schema.declared === database.declaredPrint();
}

/**
 * Takes the lock if no other process has it. It uses MongoDB's clock, because the clocks of processes differ.
 *
 * @returns the state of the database; `null` if another process has the lock
 */
async function lock(database: Database, { owner, leaseMs }: MigrateOptions): Promise<StoredSchema | null> {
  const isFree = { $lte: [{ $ifNull: ["$until", new Date(0)] }, "$$NOW"] };
  const taken = {
    owner: { $cond: [isFree, { $literal: owner }, "$owner"] },
    until: { $cond: [isFree, { $add: ["$$NOW", leaseMs] }, "$until"] },
  };
  try {
    const schema = await schemas(database).findOneAndUpdate({ _id: "schema" }, [{ $set: taken }], {
      upsert: true,
      returnDocument: "after",
    });
    return schema?.owner === owner ? schema : null;
  } catch (error) {
    // Another process created the document at the same moment.
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

async function apply(
  database: Database,
  locked: StoredSchema,
  { migrations, options }: { migrations: readonly Migration[]; options: MigrateOptions },
): Promise<void> {
  using _kept = keep(database, options);
  requireKnown(locked, migrations);
  for (const migration of missingIn(locked, migrations)) {
    const { id } = migration;
    const startedMs = performance.now();
    await migration.run();
    await write(database, options, {
      $push: { applied: { id, at: database.clock.now(), version: VERSION } },
    });
    options.onApplied?.({ id, durationMs: performance.now() - startedMs });
  }
  let existing = await database.existingPrint();
  if (!isIndexed(database, locked, existing)) {
    await database.createIndexes();
    existing = await database.existingPrint();
  }
  const prints = { declared: database.declaredPrint(), existing };
  await write(database, options, { $set: { ...prints, owner: null, until: null } });
}

/** Renews the lock until disposed of. A process that lost it finds out with its next write. */
function keep(database: Database, { owner, leaseMs }: MigrateOptions): Disposable {
  const renew = async () => {
    await schemas(database).updateOne({ _id: "schema", owner }, [
      { $set: { until: { $add: ["$$NOW", leaseMs] } } },
    ]);
  };
  const timer = setInterval(() => {
    renew().catch(() => {});
  }, leaseMs / RENEWALS_PER_LEASE);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function write(
  database: Database,
  { owner }: MigrateOptions,
  change: Record<string, unknown>,
): Promise<void> {
  const { matchedCount } = await schemas(database).updateOne({ _id: "schema", owner }, change);
  if (matchedCount !== 1) throw stillRunning();
}

function schemas(database: Database) {
  return database.native.collection<StoredSchema>(MIGRATIONS_COLLECTION);
}

function missingIn({ applied = [] }: StoredSchema, migrations: readonly Migration[]): Migration[] {
  const known = new Set(applied.map(({ id }) => id));
  return migrations.filter(({ id }) => !known.has(id));
}

function requireKnown({ applied = [] }: StoredSchema, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = applied.filter(({ id }) => !known.has(id));
  const [first] = unknown;
  if (!first) return;
  throw new OrbError({
    code: "schema_too_new",
    reason: `Version ${first.version} of the bot has migrated the database, and this version, ${VERSION}, does not know these migrations: ${unknown.map(({ id }) => id).join(", ")}.`,
    remedy:
      "Start that version or a later one. To return to this version, restore a backup of the database from before the update.",
  });
}

function requireUniqueIds(migrations: readonly Migration[]): void {
  const ids = migrations.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two migrations are called ${twice}`);
}

function stillRunning(): OrbError {
  return new OrbError({
    code: "migration_running",
    reason: "Another process of the bot is still migrating the database.",
    remedy:
      "Start this process again when the other one has finished; its log shows the migrations that it ran.",
  });
}
